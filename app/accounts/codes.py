"""What passwords may look like."""

from __future__ import annotations

import unicodedata
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 256
"""Characters, in the form in which passwords are compared."""
FEWEST_OTHERS: Final = 8
"""Characters that a password with the login name in it has beside that."""
FEWEST_KINDS: Final = 4
"""Different characters."""
WORDS: Final = frozenset(
    {
        "abc",
        "abcd",
        "admin",
        "administrator",
        "changeme",
        "dashboard",
        "evaluator",
        "guest",
        "iloveyou",
        "letmein",
        "mima",
        "pass",
        "passw0rd",
        "passwd",
        "password",
        "passwordpassword",
        "qwerty",
        "root",
        "secret",
        "submitter",
        "test",
        "welcome",
        "woaini",
        "woaiwojia",
        "yiyang",
        "zhongguo",
    }
)
"""Trivial also with digits and signs around them."""
_ROWS: Final = (
    "0123456789" * 3,
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
)
RUNS: Final = (*_ROWS, *(row[::-1] for row in _ROWS))
_AROUND: Final = "0123456789!@#$%^&*()-_=+.,?~ "


def compared(password: str) -> str:
    """The form in which passwords are compared (NFKC): what an input method makes full-width is the same."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, name: str = "") -> tuple[str, str] | None:
    """What is wrong with a new password of this account: a code and a sentence."""
    text = compared(password)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        return "password_characters", "密码不能含有控制字符"
    if len(text) < SHORTEST:
        return "password_short", f"密码至少 {SHORTEST} 个字符"
    if len(text) > LONGEST:
        return "password_long", f"密码至多 {LONGEST} 个字符"
    folded = text.casefold()
    if name and name in folded and len(folded.replace(name, "")) < FEWEST_OTHERS:
        return "password_name", "密码不能由登录名构成"
    if len(set(folded)) < FEWEST_KINDS or folded.strip(_AROUND) in WORDS or any(folded in run for run in RUNS):
        return "password_trivial", "密码过于常见，请换一个"
    return None
