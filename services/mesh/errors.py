"""What can go wrong with a mesh. The text of each error is one clear sentence for the person at the terminal."""

from __future__ import annotations


class MeshError(Exception):
    """Something that a person can mend. The command line prints its text and ends with exit code 1, without a traceback."""


class BadSetting(MeshError):
    """A variable of the environment has a value that can't be used."""


class UnsupportedPlatform(MeshError):
    """This operating system, processor or Python isn't one that the mesh runs on."""


class BinaryMissing(MeshError):
    """A program that a wheel should have brought isn't there."""


class PortTaken(MeshError):
    """Another process listens on a port that a part wants."""


class DiskFull(MeshError):
    """Too little space is left where the mesh keeps its state."""


class DirectoryUnwritable(MeshError):
    """The mesh's folder can't be made or written."""


class PartFailed(MeshError):
    """A part can't be prepared or doesn't start."""


class MigrationFailed(MeshError):
    """The databases could not be brought to the newest schema."""


class StartFailed(MeshError):
    """The mesh didn't become ready."""


class WelcomeFailed(MeshError):
    """The mesh is up, but its first question got no answer."""


class UnknownName(MeshError):
    """No part or service has this name."""


class NotUp(MeshError):
    """The command needs a running mesh."""
