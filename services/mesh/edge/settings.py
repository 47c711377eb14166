"""What may be set about the edge."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.config import ConfigError, load


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Rates and origins, from `UAT_EDGE_<FIELD>`."""

    key_rpm: int = 6000
    """Calls a minute that one token may make, in each rate-limit class."""
    login_rpm: int = 60
    """Attempts a minute to sign in that one address may make."""
    cors_origins: tuple[str, ...] = ()
    """Origins of browser pages that may call, beside those on this machine; `*` is any."""

    def __post_init__(self) -> None:
        """Refuses a rate that lets nobody in."""
        for name, rate in (("UAT_EDGE_KEY_RPM", self.key_rpm), ("UAT_EDGE_LOGIN_RPM", self.login_rpm)):
            if not 1 <= rate < 2**32:
                raise ConfigError(f"{name}={rate}: write a number of calls a minute, 1 or more")

    @classmethod
    def from_environment(cls) -> EdgeSettings:
        """Reads the environment. Raises ConfigError."""
        return load(cls, "UAT_EDGE_")
