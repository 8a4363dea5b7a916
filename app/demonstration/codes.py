"""Official codes for institutions that do not exist: right in form and check signs, and recognisable (DEM)."""

from __future__ import annotations

from typing import Final

from stdnum.cn import uscc

PUBLIC_INSTITUTION: Final = "12"
"""GB 32100: registered by the office for public institutions, as a public institution."""
WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
ELEVEN: Final = 11


def credit_code(district: str, number: int) -> str:
    """The 统一社会信用代码 of the institution with this number."""
    body = f"DEM{number:05d}"
    text = PUBLIC_INSTITUTION + district + body + organisation_check(body)
    return text + uscc.calc_check_digit(text)


def organisation_check(body: str) -> str:
    """The check sign of an organisation code (GB 11714): eight signs, modulus 11, letters count from A = 10."""
    total = sum(weight * int(sign, 36) for weight, sign in zip(WEIGHTS, body, strict=True))
    rest = -total % ELEVEN
    return "X" if rest == ELEVEN - 1 else str(rest)
