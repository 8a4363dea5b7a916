"""The city: a dozen municipal hospitals, each with the health centre and the care homes of its alliance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.demonstration.codes import credit_code
from app.subjects.shapes import NewAlliance, NewInstitution

CITY: Final = "示例市"
FOUNDED: Final = "2020-04-01"
LEADS: Final = (
    "第一人民医院",
    "第二人民医院",
    "第三人民医院",
    "中医院",
    "中西医结合医院",
    "老年病医院",
    "康复医院",
    "东湖医院",
    "北苑医院",
    "南苑医院",
    "红枫医院",
    "滨河医院",
)
PLACES: Final = ("清风", "明月", "松涛", "竹影", "荷塘", "柳岸", "桂雨", "梅园", "兰亭", "枫林", "杏园", "桃溪")
DISTRICTS: Final = ("330102", "330105", "330106", "330108", "330109", "330110")
CHANGING: Final = 2
"""The alliance that one member leaves and another joins between the rounds."""
IRREGULAR: Final = 7
"""The alliance that is not composed as the plan asks: a home without a medical unit, no plan filed."""


@dataclass(frozen=True, slots=True)
class Alliance:
    """One alliance by its number in the city, and the names of its institutions."""

    number: int

    @property
    def code(self) -> str:
        """As a subject."""
        return f"demo-alliance-{self.number:02d}"

    @property
    def lead(self) -> str:
        """牵头单位."""
        return CITY + LEADS[self.number - 1]

    @property
    def centre(self) -> str:
        """The community health centre."""
        return f"{CITY}{PLACES[self.number - 1]}街道社区卫生服务中心"

    @property
    def nursing_home(self) -> str:
        """The home with a nursing home of its own, which joins the lead directly."""
        return f"{CITY}{PLACES[self.number - 1]}护理院"

    @property
    def home(self) -> str:
        """The home with a small medical unit, which joins by the health centre."""
        return f"{CITY}{PLACES[self.number - 1]}养老服务中心"

    @property
    def district(self) -> str:
        """Where the members are."""
        return DISTRICTS[(self.number - 1) % len(DISTRICTS)]


ALLIANCES: Final = tuple(Alliance(number) for number in range(1, len(LEADS) + 1))


def institutions(alliance: Alliance) -> Iterator[NewInstitution]:
    """The institutions of an alliance, as they are registered."""
    unit = "none" if alliance.number == IRREGULAR else "other"
    said: list[tuple[str, str, dict[str, str]]] = [
        ("hospital", alliance.lead, {"kind": "hospital", "level": "municipal"}),
        ("centre", alliance.centre, {"kind": "community_health_centre"}),
        ("nursing-home", alliance.nursing_home, {"kind": "elderly_care", "medical_unit": "nursing_home"}),
        ("home", alliance.home, {"kind": "elderly_care", "medical_unit": unit}),
    ]
    if alliance.number == CHANGING:
        said.append(("second-home", f"{alliance.home}（二期）", {"kind": "elderly_care", "medical_unit": "other"}))
    for place, (kind, name, more) in enumerate(said, start=1):
        named = {"code": _code(kind, alliance), "name": name, "district_code": alliance.district}
        number = credit_code(alliance.district, alliance.number * 10 + place)
        yield NewInstitution.model_validate({**named, **more, "credit_code": number})


def registration(alliance: Alliance) -> NewAlliance:
    """The alliance with its memberships."""
    return NewAlliance.model_validate(
        {
            "code": alliance.code,
            "name": f"{alliance.lead}紧密医养联合体",
            "district_code": alliance.district,
            "agreement_filed": "2020-03-16",
            "plan_filed": None if alliance.number == IRREGULAR else "2020-03-20",
            "memberships": tuple(_memberships(alliance)),
        }
    )


def _memberships(alliance: Alliance) -> Iterator[dict[str, str | None]]:
    through = None if alliance.number == IRREGULAR else _code("centre", alliance)
    for kind, role in (("hospital", "lead"), ("centre", "base"), ("nursing-home", "participant")):
        yield {"institution": _code(kind, alliance), "role": role, "start": FOUNDED}
    home = {"institution": _code("home", alliance), "role": "participant", "through": through, "start": FOUNDED}
    if alliance.number == CHANGING:
        yield {**home, "end": "2021-06-30"}
        yield {**home, "institution": _code("second-home", alliance), "start": "2021-07-01"}
    else:
        yield home


def lead_code(alliance: Alliance) -> str:
    """The hospital that leads, as an institution."""
    return _code("hospital", alliance)


def _code(kind: str, alliance: Alliance) -> str:
    return f"demo-{kind}-{alliance.number:02d}"
