"""JSON from a file: exact numbers within the limits, and nothing that takes long to refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.exchange.plain import Unreadable, read


def test_numbers_are_exact():
    assert read(b'{"a":[1,-2.5,0.000001,999999999999999]}') == {
        "a": [1, Decimal("-2.5"), Decimal("0.000001"), 10**15 - 1]
    }


ODD = {
    "no JSON": b"{",
    "no text": b'"\xff"',
    "half a surrogate": b'"\\ud800"',
    "an exponent": b"1e5",
    "a huge exponent": b"[1e3000000]",
    "too many places": b"0.0000001",
    "too many digits": b"1000000000000000",
    "far too many digits": b"1" * 100_000,
    "not a number": b"NaN",
    "deep": b"[" * 200 + b"]" * 200,
    "far too deep": b"[" * 100_000,
    "nothing": b"",
}


@pytest.mark.parametrize("name", ODD)
def test_what_we_never_write_is_refused(name):
    with pytest.raises(Unreadable):
        read(ODD[name])
