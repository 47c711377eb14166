{{- define "uat.image" -}}
{{ required "image.repository is not set: the registry and name that the Dockerfile's image was pushed to" .Values.image.repository }}:
{{- required "image.tag is not set" .Values.image.tag }}
{{- end }}

{{- define "uat.tritonImage" -}}
{{ .Values.triton.image.repository | default (printf "%s-triton" .Values.image.repository) }}:
{{- .Values.triton.image.tag | default .Values.image.tag }}
{{- end }}

{{- /* Where Triton is, `host:port`; empty where there is none. From (list . mesh). */ -}}
{{- define "uat.tritonUrl" -}}
{{- $root := index . 0 }}
{{- $triton := (index . 1).triton }}
{{- if $root.Values.outside.tritonUrl }}{{ $root.Values.outside.tritonUrl }}
{{- else if $root.Values.triton.enabled }}{{ $triton.name }}.{{ $root.Release.Namespace }}.svc:{{ $triton.port }}
{{- end }}
{{- end }}

{{- /* Whether the chart brings a Triton: "true" or empty. */ -}}
{{- define "uat.ownTriton" -}}
{{- if and .Values.triton.enabled (not .Values.outside.tritonUrl) }}true{{ end }}
{{- end }}

{{- define "uat.tritonClaim" -}}
{{ .Values.triton.repository.existingClaim | default "triton-repository" }}
{{- end }}

{{- define "uat.labels" -}}
app: {{ . }}
app.kubernetes.io/name: {{ . }}
app.kubernetes.io/part-of: uat
{{- end }}

{{- define "uat.outside" -}}
{{ .Values.outside.existingSecret | default "uat-outside" }}
{{- end }}

{{- define "uat.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "uat.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "uat.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- end }}

{{- define "uat.spread" -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {app: {{ $ }}}}
  {{- end }}
{{- end }}

{{- define "uat.env" -}}
{{- range $name, $value := . }}
- {name: {{ $name }}, value: {{ $value | toString | toJson }}}
{{- end }}
{{- end }}

{{- define "uat.sidecar" -}}
traffic.sidecar.istio.io/excludeOutboundPorts: {{ .Values.outside.portsPastTheSidecar | quote }}
proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true, "terminationDrainDuration": "{{ add .Values.drainSeconds 10 }}s"}'
{{- end }}

{{- /* A Deployment's scaling: from (list name min max cpu). */ -}}
{{- define "uat.scaling" -}}
{{- $name := index . 0 }}
{{- $replicas := index . 1 }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  labels: {{- include "uat.labels" $name | nindent 4 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ $name }}}
  minReplicas: {{ $replicas.min }}
  maxReplicas: {{ $replicas.max }}
  metrics:
    # Of the container, not of the pod: a busy sidecar is no reason for more replicas.
    - type: ContainerResource
      containerResource: {name: cpu, container: {{ $name }}, target: {type: Utilization, averageUtilization: {{ index . 2 }}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "uat.labels" $name | nindent 4 }}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: {{ $name }}, version: stable}}
{{- end }}
