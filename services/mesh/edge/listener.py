"""The one way in: which protocols are spoken, and how patient the edge is."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.common.mutation_rules import v3 as mutation_rules
from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.listener import v3 as listeners
from envoy_data_plane.envoy.extensions.filters.network.http_connection_manager import v3 as manager
from envoy_data_plane.envoy.extensions.http.early_header_mutation.header_mutation import v3 as early
from envoy_data_plane.envoy.extensions.request_id.uuid import v3 as request_ids

from services.mesh.edge import access_log, errors
from services.mesh.edge.envoy_api import address, packed, seconds
from services.mesh.edge.filters import filters
from services.mesh.edge.routes import routes
from services.mesh.edge.settings import EdgeSettings
from services.mesh.ports import Ports

NEVER_FROM_OUTSIDE = ("x-uat-caller", "uat-error-body")
"""Headers by which the mesh talks to itself."""


def listener(settings: EdgeSettings, ports: Ports) -> Any:
    """The edge's port, on this machine only."""
    network = listeners.Filter(name="envoy.filters.network.http_connection_manager", typed_config=packed(_http(settings, ports)))
    return listeners.Listener(
        name="edge",
        address=address(ports.edge),
        filter_chains=[listeners.FilterChain(filters=[network])],
        # With it, a second Envoy on the same port would take half of the connections instead of failing.
        enable_reuse_port=False,
        # Without it, nothing but this gives each worker its share.
        connection_balance_config=listeners.ListenerConnectionBalanceConfig(
            exact_balance=listeners.ListenerConnectionBalanceConfigExactBalance()
        ),
    )


def _http(settings: EdgeSettings, ports: Ports) -> Any:
    return manager.HttpConnectionManager(
        stat_prefix="edge",
        codec_type=manager.HttpConnectionManagerCodecType.AUTO,
        route_config=routes(settings),
        http_filters=filters(settings, ports.edge),
        upgrade_configs=[manager.HttpConnectionManagerUpgradeConfig(upgrade_type="websocket")],
        local_reply_config=errors.local_replies(),
        access_log=[access_log.failures()],
        # An address that the client writes itself must not choose the bucket it is counted in.
        use_remote_address=True,
        internal_address_config=_nobody_is_internal(),
        early_header_mutation_extensions=[_without_the_mesh_s_own_headers()],
        generate_request_id=True,
        preserve_external_request_id=True,
        always_set_request_id_in_response=True,
        request_id_extension=_untouched_request_ids(),
        server_header_transformation=manager.HttpConnectionManagerServerHeaderTransformation.PASS_THROUGH,
        normalize_path=True,
        merge_slashes=True,
        # A model's name may hold a slash, and SDKs escape it.
        path_with_escaped_slashes_action=manager.HttpConnectionManagerPathWithEscapedSlashesAction.KEEP_UNCHANGED,
        stream_idle_timeout=seconds(300),
        request_headers_timeout=seconds(10),
        common_http_protocol_options=core.HttpProtocolOptions(idle_timeout=seconds(3600)),
        http2_protocol_options=core.Http2ProtocolOptions(
            max_concurrent_streams=1024,
            connection_keepalive=core.KeepaliveSettings(interval=seconds(30), timeout=seconds(10)),
        ),
    )


def _without_the_mesh_s_own_headers() -> Any:
    mutations = [mutation_rules.HeaderMutation(remove=name) for name in NEVER_FROM_OUTSIDE]
    return core.TypedExtensionConfig(
        name="envoy.http.early_header_mutation.header_mutation", typed_config=packed(early.HeaderMutation(mutations=mutations))
    )


def _untouched_request_ids() -> Any:
    """A client's id comes back as it was sent; by default Envoy hides a tracing flag in it."""
    return manager.RequestIdExtension(typed_config=packed(request_ids.UuidRequestIdConfig(pack_trace_reason=False)))


def _nobody_is_internal() -> Any:
    """Envoy obeys `x-envoy-*` headers of internal callers, and by default every private address is one, also when this list is empty."""
    nobody = core.CidrRange(address_prefix="255.255.255.255", prefix_len=32)
    return manager.HttpConnectionManagerInternalAddressConfig(cidr_ranges=[nobody])
