"""Figures that 15 digits cannot show are refused where they come in, so that every stored sheet can be read."""

from __future__ import annotations

from tests.flow.hangzhou import evidence, survey
from tests.flow.test_flow import ALLIANCES, API, open_the_round, publish_the_scheme, register_the_alliances
from tests.service import Service

MOST = 10**15 - 1


def test_sums_past_fifteen_digits_are_refused_and_not_stored(service: Service) -> None:
    publish_the_scheme(service)
    register_the_alliances(service)
    open_the_round(service)
    place = f"{API}/rounds/2020/subjects/{ALLIANCES[0]}/evidence"
    largest = evidence(satisfaction_survey=survey(MOST, 0))
    assert service.put(place, json=largest).status_code == 200
    refused = service.put(place, json=evidence(satisfaction_survey=[*survey(MOST, 0), *survey(1, 0)]))
    assert refused.status_code == 422, refused.text
    assert [error["code"] for error in refused.json()["errors"]] == ["result_too_large"]
    assert service.get(place).json()["revision"] == 1
    assert service.get(f"{place.removesuffix('evidence')}assessment?view=self").status_code == 200
