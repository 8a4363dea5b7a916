"""The official codes, by tables of named cases."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from app.subjects.codes import read_credit_code, read_district_code
from tests.subjects.builders import SIGNS, credit_code

PUBLISHED = {
    "91110000600037341L": "the example of the library's own documentation",
    "91350100M000100Y43": "GB 32100-2015",
}


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_published_credit_code_is_read(code: str) -> None:
    assert read_credit_code(code) == code


@pytest.mark.parametrize("first", ["12330100", "52330100", "A1330100", "N2330100", "Y1330100"])
def test_every_authority_of_the_standard_is_read_letters_too(first: str) -> None:
    code = credit_code(123456, first)
    assert read_credit_code(code) == code


def test_only_one_of_the_31_check_signs_is_right() -> None:
    right = credit_code(987654321)
    read = [sign for sign in SIGNS if _is_read(right[:-1] + sign)]
    assert read == [right[-1]]


def test_every_single_sign_mistaken_for_another_is_found() -> None:
    right = credit_code(33010042)
    for place in range(2, 17):
        for sign in SIGNS[:10]:
            if sign != right[place]:
                assert not _is_read(right[:place] + sign + right[place + 1 :])


@pytest.mark.parametrize(
    "code",
    {
        "too short": "9111000060003734",
        "too long": "91110000600037341LL",
        "small letter": "91110000600037341l",
        "letter that the standard leaves out": "91110000I00037341L",
        "blanks": "9111 0000 6000 37341L",
        "full-width digits": "９1110000600037341L",
        "line end": "91110000600037341L\n",
        "letter in the place": "9111000A600037341L",
        "empty": "",
    }.values(),
)
def test_what_is_no_credit_code_is_refused(code: str) -> None:
    assert not _is_read(code)


@pytest.mark.parametrize("code", ["330106", "330000", "330100", "110101", "710000", "820000", "659001"])
def test_a_district_code_is_read(code: str) -> None:
    assert read_district_code(code) == code


@pytest.mark.parametrize(
    "code", ["33010", "3301066", "003301", "160000", "330006", "33O106", "３30106", "330106\n", ""]
)
def test_what_is_no_district_code_is_refused(code: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_district_code(code)


def _is_read(code: str) -> bool:
    try:
        return read_credit_code(code) == code
    except PydanticCustomError:
        return False
