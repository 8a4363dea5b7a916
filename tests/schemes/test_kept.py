"""What is kept in memory: never more than the bound, the values used last."""

from __future__ import annotations

import threading

from app.schemes.service import Kept


def test_the_values_used_last_are_kept() -> None:
    kept: Kept[int, str] = Kept(3)
    for number in range(3):
        kept.put(number, str(number))
    assert kept.get(0) == "0"
    kept.put(3, "3")
    assert [kept.get(number) for number in range(4)] == ["0", None, "2", "3"]


def test_a_value_put_again_replaces_the_one_before() -> None:
    kept: Kept[str, bytes] = Kept(10, len)
    for size in (6, 8, 3):
        kept.put("one", b"x" * size)
    kept.put("two", b"x" * 7)
    assert (kept.get("one"), kept.get("two")) == (b"xxx", b"x" * 7)


def test_values_are_kept_up_to_their_weight() -> None:
    kept: Kept[int, bytes] = Kept(10, len)
    for number in range(5):
        kept.put(number, b"xxx")
    assert [kept.get(number) is not None for number in range(5)] == [False, False, True, True, True]
    kept.put(9, b"x" * 11)
    assert kept.get(9) is None
    assert kept.get(4) is not None, "what is heavier than everything together drives nothing out"


def test_many_at_once_keep_the_bound() -> None:
    kept: Kept[int, bytes] = Kept(100, len)

    def work(first: int) -> None:
        for number in range(first, first + 500):
            kept.put(number % 37, b"x" * (number % 9))
            kept.get(number % 41)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [kept.get(number) for number in range(41)]
    assert kept._weight == sum(len(each) for each in held if each is not None) <= 100
