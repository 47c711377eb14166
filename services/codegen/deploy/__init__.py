"""The cluster's deployment, as far as it repeats the contracts and the table: `istio/`, `envoy/` and two files of the chart.

`files` knows the texts; `edge` and `secrets` are programs that run in the cluster, from the same image as the services, and need
nothing that only developers have.
"""
