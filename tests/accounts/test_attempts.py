"""How often something may be tried from one address."""

from __future__ import annotations

import threading
import time

import pytest

from app.accounts.service.attempts import MOST_ADDRESSES, USUAL, Attempts
from app.errors import TooMany


def test_what_is_within_the_limits_is_allowed_and_the_next_has_to_wait() -> None:
    attempts = Attempts({"login": "3/minute", "token": "1/minute"})
    assert [attempts.allow("login", "192.0.2.1") for _ in range(3)] == [0, 0, 0]
    assert 1 <= attempts.allow("login", "192.0.2.1") <= 61
    with pytest.raises(TooMany, match="too_many_attempts") as refused:
        attempts.require("login", "192.0.2.1")
    assert 1 <= refused.value.seconds <= 61
    assert str(refused.value.seconds) in refused.value.detail


def test_each_address_and_each_kind_counts_for_itself() -> None:
    attempts = Attempts({"login": "1/minute", "token": "1/minute"})
    assert attempts.allow("login", "192.0.2.1") == 0
    assert attempts.allow("login", "192.0.2.2") == 0
    assert attempts.allow("token", "192.0.2.1") == 0
    assert attempts.allow("login", "192.0.2.1") > 0


def test_the_longer_window_counts_too_and_a_refusal_counts_nowhere() -> None:
    attempts = Attempts({"login": "1/second;2/hour"})
    assert attempts.allow("login", "a") == 0
    assert attempts.allow("login", "a") > 0
    time.sleep(1.1)
    assert attempts.allow("login", "a") == 0
    time.sleep(1.1)
    assert attempts.allow("login", "a") > 3000


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("testclient", "testclient", True),
        ("", "192.0.2.1", False),
    ],
)
def test_what_counts_as_one_address(first: str, second: str, same: bool) -> None:
    attempts = Attempts({"login": "1/minute"})
    assert attempts.allow("login", first) == 0
    assert (attempts.allow("login", second) > 0) is same


def test_many_at_once_are_counted_one_by_one() -> None:
    attempts = Attempts({"login": "10/minute"})
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(attempts.allow("login", "a"))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(0) == 10


def test_addresses_that_nothing_counts_against_are_forgotten() -> None:
    attempts = Attempts({"token": "1/minute"})
    for number in range(MOST_ADDRESSES + 1):
        attempts._storage.events[f"old/{number}"] = []
    attempts.allow("token", "a")
    assert len(attempts._storage.events) == 1


def test_the_usual_limits() -> None:
    assert USUAL == {"login": "20/minute;100/hour", "token": "60/minute"}
