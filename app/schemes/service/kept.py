"""What is kept in memory: the values used last, up to a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def _one(_value: object) -> int:
    return 1


class Kept(Generic[Key, Value]):
    """The values used last; together they weigh at most so much (each weighs 1 unless it is weighed)."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = _one) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Key, value: Value) -> None:
        weight = self._weigh(value)
        with self._lock:
            if key in self._values:
                self._weight -= self._weigh(self._values.pop(key))
            if weight > self._most:
                return
            self._values[key] = value
            self._weight += weight
            while self._weight > self._most:
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weigh(dropped)
