"""Official codes of institutions and places: the unified social credit code and the district code."""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError
from stdnum.cn import uscc

CREDIT_CODE = r"^[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
"""GB 32100-2015: authority, kind of body, place (6 digits), body (9 signs), check sign; no I, O, S, V, Z."""
DISTRICT_CODE = r"^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$"
"""GB/T 2260: a province (two digits), a city, a district; the provinces are those that there are."""


def read_credit_code(text: str) -> str:
    """A 统一社会信用代码 (GB 32100-2015) as printed, in capitals and without blanks, its check sign right.

    The form is ours and not the library's, which refuses the authorities that are letters (A 军队, N 农业, Y 其他);
    the check sign, modulus 31 over the weights 3^(i-1), is the library's.
    """
    if not re.fullmatch(CREDIT_CODE, text):
        raise PydanticCustomError("credit_code_form", "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）")
    if uscc.calc_check_digit(text[:-1]) != text[-1]:
        raise PydanticCustomError("credit_code_check", "统一社会信用代码的校验码不正确")
    return text


def read_district_code(text: str) -> str:
    """A GB/T 2260 code as text: six digits that begin with a province; no district without a city.

    Districts come and go every year (临平 and 钱塘 since 2021), so the code is not looked up in a list.
    """
    if not re.fullmatch(DISTRICT_CODE, text):
        raise PydanticCustomError("district_code", "行政区划代码应为 6 位数字（GB/T 2260），例如 330106")
    if text[2:4] == "00" and text[4:] != "00":
        raise PydanticCustomError("district_code", "行政区划代码不存在：市级为 00 时县级也应为 00")
    return text
