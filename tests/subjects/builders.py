"""Bodies of subjects, institutions and alliances, right unless changed."""

from __future__ import annotations

from typing import Any

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
INSTITUTIONS = "/api/v1/institutions"
ALLIANCES = "/api/v1/alliances"
SUBJECTS = "/api/v1/subjects"


def credit_code(number: int, first: str = "12330100") -> str:
    """A 统一社会信用代码 with its check sign worked out from GB 32100-2015 itself: weights 3^(i-1) mod 31."""
    body = f"{first}{number:09d}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[(31 - total % 31) % 31]


def a_hospital(code: str = "hospital", number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"示例医院 {code}",
        "kind": "hospital",
        "level": "municipal",
        "credit_code": credit_code(number),
        "district_code": "330102",
        **changes,
    }


def a_health_centre(code: str = "health-centre", number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"示例社区卫生服务中心 {code}",
        "kind": "community_health_centre",
        "credit_code": credit_code(number),
        "district_code": "330106",
        **changes,
    }


def a_care_home(code: str = "care-home", number: int = 3, **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"示例医养结合机构 {code}",
        "kind": "elderly_care",
        "medical_unit": "nursing_home",
        "credit_code": credit_code(number, "52330100"),
        "district_code": "330106",
        **changes,
    }


def a_membership(institution: str = "care-home", **changes: Any) -> dict[str, Any]:
    return {"institution": institution, "role": "participant", "start": "2020-04-01", **changes}


def an_alliance(code: str = "alliance", **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"示例联合体 {code}",
        "district_code": "330106",
        "agreement_filed": "2020-03-20",
        "plan_filed": "2020-03-21",
        **changes,
    }


def a_centre(code: str = "centre", **changes: Any) -> dict[str, Any]:
    named = {"code": code, "kind": "centre", "name": "示例老年健康指导中心", "district_code": "330100"}
    return {**named, "attributes": {}, **changes}


def register(service: Any) -> None:
    """A hospital, a health centre and a care home with a nursing home."""
    for body in (a_hospital(), a_health_centre(), a_care_home()):
        assert service.post(INSTITUTIONS, json=body).status_code == 201


def register_alliance(service: Any, code: str = "alliance", **changes: Any) -> dict[str, Any]:
    """An alliance composed as the plan asks: the hospital leads, the centre is the base, the home takes part."""
    memberships = [
        a_membership("hospital", role="lead"),
        a_membership("health-centre", role="base"),
        a_membership("care-home"),
    ]
    made = service.post(ALLIANCES, json=an_alliance(code, memberships=memberships, **changes))
    assert made.status_code == 201, made.text
    return made.json()
