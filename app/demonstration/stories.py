"""What became of each alliance in each round: what it stated, how far it came, what evaluators found and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from app.demonstration.city import Alliance
from app.demonstration.evidence import Evidence, full, on, survey, weakened

Stage: TypeAlias = Literal["nothing", "draft", "submitted", "judged"]

PERFECT: Final = 1
SHOWN: Final = 3
BOUNDARIES: Final = 4
PENDING: Final = 5
EMPTY: Final = 6
TROUBLED: Final = 7
CLOSER: Final = "门诊、住院人次和病种分布更加接近各成员单位功能定位"
NOT_CLOSER: Final = "上级医院常见病住院未减少，未见更加接近功能定位"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One alliance in one round; points for the volume of services go with `closer` (None: not judged)."""

    weaknesses: Sequence[str] = ()
    unstated: Sequence[str] = ()
    stage: Stage = "judged"
    closer: bool | None = True
    care: tuple[int, str] | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)

    def evidence(self, alliance: Alliance, year: int) -> Evidence:
        """What the lead hospital stated."""
        if alliance.number == EMPTY:
            return {}
        stated = weakened(full(alliance, year), self.weaknesses)
        if alliance.number == BOUNDARIES:
            stated |= on_the_boundaries(alliance, year)
        return {code: value for code, value in stated.items() if code not in self.unstated}

    @property
    def judgements(self) -> dict[str, Any]:
        """What evaluators judged."""
        judged: dict[str, Any] = {}
        if self.closer is not None:
            rationale = CLOSER if self.closer else NOT_CLOSER
            judged["service_volume"] = {"points": 5 if self.closer else 0, "rationale": rationale}
        if self.care is not None:
            judged["chronic_care"] = {"points": self.care[0], "rationale": self.care[1]}
        return judged


def on_the_boundaries(alliance: Alliance, year: int) -> Evidence:
    """Every number exactly on its mark: first and last days of the period, two whole months, 95 in a hundred."""
    first, last = on(year, 4, 1), on(year, 3, 31)
    stay = {"category": "technical", "institution": alliance.nursing_home}
    return {
        "downward_referrals": 1,
        "supported_disciplines": 1,
        "dispatched_staff": [
            {"name": "示例甲", **stay, "start_date": on(year - 1, 2, 1), "end_date": first},
            {"name": "示例乙", **stay, "start_date": last, "end_date": on(year + 1, 6, 30)},
        ],
        "trainees": [
            {
                "name": "示例丁",
                "institution": alliance.home,
                "start_date": on(year, 5, 1),
                "end_date": on(year, 6, 30),
            }
        ],
        "lectures": [
            {"date": first, "title": "老年康复新进展", "venue": alliance.home, "related": True},
            {"date": last, "title": "压力性损伤护理", "venue": alliance.home, "related": True},
        ],
        "new_techniques": [{"name": "吞咽障碍康复训练", "date": first}, {"name": "经皮神经电刺激", "date": last}],
        "satisfaction_survey": survey(95),
    }


def _struck(row: int, reason: str) -> dict[str, Any]:
    return {"rows": {str(row): {"accepted": False, "reason": reason}}}


IN_2020: Final[Mapping[int, Story]] = {
    PERFECT: Story(),
    2: Story(weaknesses=("plan_behind", "one_paper", "satisfaction_93")),
    SHOWN: Story(
        weaknesses=(
            *("vague_plan", "no_priority_beds", "few_leaders", "short_training", "uneven_care", "two_documents"),
            *("satisfaction_88", "district_publicity", "one_paper"),
        ),
        care=(4, "诊疗规范，个别随访记录不全"),
        findings={"dispatched_staff": _struck(2, "派出时间与考勤记录不符")},
    ),
    BOUNDARIES: Story(),
    PENDING: Story(
        weaknesses=("uneven_care", "one_lecture"),
        unstated=("disease_mix", "fund_use", "satisfaction_survey", "papers"),
        closer=None,
        care=(3, "仅部分机构规范开展，随访记录不全"),
    ),
    EMPTY: Story(closer=None),
    TROUBLED: Story(
        weaknesses=(
            *("vague_agreement", "no_incentives", "no_referrals_down", "support_on_paper", "nobody_dispatched"),
            *("no_discipline", "no_training", "one_lecture", "uneven_care", "one_technique", "no_documents"),
            *("no_channel", "satisfaction_76", "no_publicity", "no_research"),
        ),
        closer=False,
        care=(2, "仅一家机构建档，随访缺失较多"),
        findings={"fund_use": {"value": "diverted", "reason": "核查发现部分专项资金用于购置办公用车"}},
    ),
    8: Story(weaknesses=("incentives_on_paper", "one_technique", "no_publicity")),
    9: Story(weaknesses=("support_on_paper", "one_dispatched", "no_training", "channel_idle", "no_research")),
    10: Story(weaknesses=("two_documents", "satisfaction_93", "one_paper")),
    11: Story(weaknesses=("plan_behind", "few_leaders", "one_lecture", "funds_unused", "no_publicity"), closer=False),
    12: Story(weaknesses=("uneven_care", "short_training", "satisfaction_88"), care=(5, "诊疗规范，随访基本完整")),
}
IN_2021: Final[Mapping[int, Story]] = {
    PERFECT: Story(),
    2: Story(weaknesses=("satisfaction_93",)),
    SHOWN: Story(weaknesses=("few_leaders", "two_documents", "satisfaction_93", "uneven_care"), stage="submitted"),
    BOUNDARIES: Story(),
    PENDING: Story(
        weaknesses=("uneven_care", "one_lecture"),
        unstated=("disease_mix", "fund_use", "satisfaction_survey", "papers"),
        stage="submitted",
    ),
    EMPTY: Story(stage="nothing"),
    TROUBLED: Story(
        weaknesses=("vague_plan", "incentives_on_paper", "one_dispatched", "no_training", "channel_idle"),
        unstated=("satisfaction_survey",),
        stage="draft",
    ),
    8: Story(weaknesses=("no_publicity",)),
    9: Story(weaknesses=("one_dispatched", "channel_idle", "no_research"), stage="submitted"),
    10: Story(weaknesses=("two_documents",), stage="submitted"),
    11: Story(weaknesses=("few_leaders", "funds_unused"), closer=False),
    12: Story(unstated=("member_visits", "disease_mix"), stage="draft"),
}
