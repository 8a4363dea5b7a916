"""How often something may be tried from one address, in this process."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooMany

Tried: TypeAlias = Literal["login", "token"]

USUAL: Final[Mapping[Tried, str]] = {"login": "20/minute;100/hour", "token": "60/minute"}
MOST_ADDRESSES: Final = 10_000
"""Addresses that are remembered before those that nothing counts against any more are forgotten."""
NETWORK_BITS: Final = 64
"""Of an IPv6 address: what one customer has."""


class Attempts:
    """Moving windows by what is tried and by address; every attempt within the limits counts, whatever comes of it."""

    def __init__(self, limits: Mapping[Tried, str] = USUAL) -> None:
        self._limits: Final[Mapping[Tried, list[RateLimitItem]]] = {
            tried: parse_many(text) for tried, text in limits.items()
        }
        self._storage: Final = MemoryStorage()
        self._windows: Final = MovingWindowRateLimiter(self._storage)
        self._turn: Final = threading.Lock()

    def allow(self, tried: Tried, address: str) -> int:
        """Count one attempt and return 0, or count nothing and return the seconds after which it may be tried again."""
        place = _place(address)
        with self._turn:
            self._forget()
            full = [limit for limit in self._limits[tried] if not self._windows.test(limit, tried, place)]
            if full:
                return max(self._seconds(limit, tried, place) for limit in full)
            for limit in self._limits[tried]:
                self._windows.hit(limit, tried, place)
            return 0

    def require(self, tried: Tried, address: str) -> None:
        """Count one attempt; raises TooMany where that is one too many."""
        seconds = self.allow(tried, address)
        if seconds:
            raise TooMany("too_many_attempts", f"尝试过于频繁，请在 {seconds} 秒后再试", seconds)

    def _seconds(self, limit: RateLimitItem, tried: Tried, place: str) -> int:
        until = self._windows.get_window_stats(limit, tried, place).reset_time
        return max(1, math.ceil(until - time.time()))

    def _forget(self) -> None:
        """The library forgets attempts, but not who made them."""
        if len(self._storage.events) > MOST_ADDRESSES:
            for key in [key for key, events in self._storage.events.items() if not events]:
                self._storage.clear(key)


def _place(address: str) -> str:
    """Whom an address stands for; anything else than an address stands for itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(known), NETWORK_BITS), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
