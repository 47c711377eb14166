"""The local mesh: the real parts and the fifteen services, started, watched and stopped on one machine by the command `uat`.

It calls no service but the edge, and that only to say welcome. It promises that `uat up` ends with every part ready or with one
sentence that says why not, that `uat down` leaves nothing running, that data survives both, and that it never signals a process that it
did not start.
"""
