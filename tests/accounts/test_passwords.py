"""Which passwords are refused, and how they are hashed."""

from __future__ import annotations

import threading

import pytest
from argon2 import extract_parameters

from app.accounts.codes import password_problem
from app.config import Settings
from app.errors import Unavailable
from tests.accounts.builders import PASSWORD, a_hasher

REFUSED = {
    "eleven characters": ("k7#vQ2!mZ9p", "password_short"),
    "257 characters": ("k7#v" * 64 + "a", "password_long"),
    "a line break in it": ("k7#vQ2!mZ9px\n", "password_characters"),
    "half a surrogate pair": ("k7#vQ2!mZ9px\ud800", "password_characters"),
    "eleven characters once composed": ("k7#vQ2!mZe\u0301u\u0308", "password_short"),
    "the name and little more": ("li.weili.wei1234", "password_name"),
    "the name in capitals": ("LI.WEI.1234567"[:13], "password_name"),
    "three different characters": ("abcabcabcabc", "password_trivial"),
    "digits in order": ("123456789012", "password_trivial"),
    "digits backwards": ("987654321098", "password_trivial"),
    "digits of full width": ("１２３４５６７８９０１２", "password_trivial"),
    "letters in order": ("ABCDEFGHIJKLM", "password_trivial"),
    "a row of the keyboard": ("qwertyuiopas", "password_trivial"),
    "columns of the keyboard": ("1qaz2wsx3edc", "password_trivial"),
    "a trivial word with digits": ("Password1234", "password_trivial"),
    "a trivial word with signs": ("!!admin123!!", "password_trivial"),
    "a role with a year": ("evaluator2026", "password_trivial"),
    "I love you": ("woaini5201314", "password_trivial"),
}
TAKEN = {
    "twelve characters": "k7#vQ2!mZ9px",
    "256 characters": "k7#v" * 64,
    "words": PASSWORD,
    "Chinese": "医养结合考评要公平公正呀",
    "spaces inside and around": " four words with spaces ",
    "the name and enough more": "li.wei likes tea",
    "an emoji": "k7#vQ2!mZ9p🙂",
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    password, code = REFUSED[case]
    problem = password_problem(password, "li.wei")
    assert problem is not None
    assert problem[0] == code


@pytest.mark.parametrize("case", TAKEN)
def test_taken(case: str) -> None:
    assert password_problem(TAKEN[case], "li.wei") is None


def test_what_an_input_method_makes_full_width_is_the_same_password() -> None:
    kept = a_hasher().hash("k7#vQ2!mZ9px")
    assert a_hasher().fits(kept, "ｋ７＃ｖＱ２！ｍＺ９ｐｘ")
    assert not a_hasher().fits(kept, "K7#vQ2!mZ9px")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert a_hasher().hash(PASSWORD) != a_hasher().hash(PASSWORD)


def test_the_usual_parameters_are_those_of_rfc_9106_for_little_memory() -> None:
    usual = Settings()
    assert (usual.password_memory, usual.password_passes, usual.password_lanes) == (65536, 3, 4)


def test_without_a_password_nothing_fits_and_the_same_work_is_done() -> None:
    hasher = a_hasher(memory=64, passes=2, lanes=2)
    assert not hasher.fits(None, PASSWORD)
    nobodys, somebodys = (extract_parameters(each) for each in (hasher._nobodys, hasher.hash(PASSWORD)))
    assert nobodys == somebodys
    assert (nobodys.type.name, nobodys.salt_len, nobodys.hash_len) == ("ID", 16, 32)


@pytest.mark.parametrize("changes", [{"memory": 16}, {"passes": 2}, {"memory": 16, "lanes": 2}])
def test_a_hash_of_other_parameters_is_outdated(changes: dict[str, int]) -> None:
    kept = a_hasher().hash(PASSWORD)
    assert not a_hasher().is_outdated(kept)
    assert a_hasher(**changes).is_outdated(kept)
    assert a_hasher(**changes).fits(kept, PASSWORD)


def test_who_waits_too_long_for_a_turn_is_turned_away() -> None:
    hasher = a_hasher(at_once=1, patience=0)
    with hasher._turn(), pytest.raises(Unavailable, match="log_in_busy"):
        hasher.hash(PASSWORD)
    assert hasher.fits(hasher.hash(PASSWORD), PASSWORD)


def test_no_more_are_hashed_at_once_than_said() -> None:
    hasher = a_hasher(at_once=2)
    inside, most = [], []

    def run() -> None:
        with hasher._turn():
            inside.append(1)
            most.append(len(inside))
            hasher._argon2.hash(PASSWORD)
            inside.pop()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) <= 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"password_memory": 31},
        {"password_memory": 2_000_000},
        {"password_passes": 0},
        {"password_lanes": 17},
        {"password_checks": 0},
        {"plain_http": 2},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="MEA_"):
        Settings(**wrong)
