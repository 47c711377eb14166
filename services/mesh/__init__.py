"""The local mesh: starts, supervises and stops the parts and the fifteen services on one machine, for the command `uat`.

It promises that `uat up` ends with every part ready or with one sentence that says why not, that `uat down` leaves no process behind, that
data survives both, and that it never signals a process that it did not start.

Why a supervisor of our own: everything has to install from Python wheels. process-compose has no wheel. supervisord, circus and honcho do,
but none of them probes readiness over gRPC or SQL, starts stages in order, tells a hung process from one that reports itself not ready,
drains Envoy before it stops it, or ends the children of a supervisor that was killed. What would remain of them is restarting with backoff.
"""
