"""Interleaved rounds, and the median of each way's rounds.

What counts is the processor time of this process, all its threads together: other work on the machine does not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Way = tuple[Callable[..., Any], Sequence[tuple[Any, ...]]]

SLOW = 20
"""Microseconds from which a tenth will do."""


def once(ask: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> float:
    """Microseconds for one of them."""
    gc.collect()
    start = time.process_time_ns()
    for each in given:
        ask(*each)
    return (time.process_time_ns() - start) / len(given) / 1000


def medians(ways: Mapping[str, Way], rounds: int) -> dict[str, float]:
    """Microseconds for one, by way, each time right after a run that is not counted.

    A slow way takes a tenth in each round, another one each time.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, (ask, given) in ways.items():
            part = given[number % 10 :: 10]
            part = given if once(ask, part) < SLOW else part
            once(ask, part)
            taken[name].append(once(ask, part))
    return {name: statistics.median(each) for name, each in taken.items()}
