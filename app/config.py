"""Settings: the environment read once (`MEA_…`) by main, the command line and the database, and passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MEA_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs; every member can be set by the environment variable `MEA_` + its name in capitals."""

    database_url: str = field(default="sqlite:///var/assessment.sqlite3", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    schemes_directory: Path = ROOT / "scoring_schemes"
    signing_key: Path = Path("var/signing.key")
    """The private key that signs audit heads and bundles."""
    audit_heads: Path = Path("var/audit-heads.jsonl")
    """The signed heads of the audit record: a file outside the database."""
    attachments: Path = Path("var/attachments")
    """The folder that holds what is attached to evidence."""
    attachments_size: int = 500
    """MiB of attachments that one subject can have in one round."""
    attachments_count: int = 200
    """Attachments that one subject can have in one round."""
    threads: int = 4
    """Threads that run routes; more only fight for the interpreter lock."""
    patience: int = 5
    """Seconds to wait for the writer's turn, a pooled connection or a lock before answering "busy"."""
    statement_seconds: int = 20
    """Seconds after which PostgreSQL gives up a statement."""
    password_memory: int = 65536
    """KiB that argon2id fills to hash one password (RFC 9106, section 4, second choice)."""
    password_passes: int = 3
    password_lanes: int = 4
    password_checks: int = 2
    """Passwords that one process hashes at once."""
    plain_http: int = 0
    """1: the cookie of a session may also travel without TLS."""

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        try:
            ip_address(self.host)
        except ValueError:
            raise ValueError(f"{PREFIX}HOST 应为 IP 地址，现为 {self.host!r}") from None
        for name, least, most in (
            ("port", 0, 65535),
            ("attachments_size", 1, 100_000),
            ("attachments_count", 1, 5000),
            ("threads", 1, 64),
            ("patience", 1, 60),
            ("statement_seconds", 1, 600),
            ("password_memory", 8 * self.password_lanes, 1_048_576),
            ("password_passes", 1, 20),
            ("password_lanes", 1, 16),
            ("password_checks", 1, 16),
            ("plain_http", 0, 1),
        ):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{PREFIX}{name.upper()} 应在 {least} 至 {most} 之间")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises ValueError with a Chinese sentence when one cannot be read."""
        given = {each.name: environment.get(PREFIX + each.name.upper(), "") for each in fields(cls)}
        return cls(**{name: _read(name, text) for name, text in given.items() if text})  # type: ignore[arg-type]


def _read(name: str, text: str) -> str | int | Path:
    if name in {"schemes_directory", "signing_key", "audit_heads", "attachments"}:
        return Path(text)
    if name in {"database_url", "host"}:
        return text
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{PREFIX}{name.upper()} 应为整数，现为 {text!r}")
    return int(text)
