"""Becomes a child of the mesh: `python -I -S launcher.py PARENT SIGNAL USER PROGRAM ARGUMENTS…`.

It asks the kernel to send SIGNAL when the parent dies, drops root's rights where USER isn't `-`, and turns into PROGRAM. That is done here,
in a fresh process of 15 ms, because Python code between fork and exec isn't safe beside threads, and the supervisor has gRPC's. Only the
standard library.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes the program, or ends with 127 and a line that says why."""
    parent, death_signal, user, *program = arguments
    try:
        if user != "-":
            entry = pwd.getpwnam(user)
            os.initgroups(user, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
        # After the change of user, which clears the wish.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("launcher: the supervisor died before its child could start")
        os.execv(program[0], program)  # noqa: S606
    except (OSError, KeyError) as error:
        print(f"launcher: {program[0]} can't be started: {error}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
