"""The functions written for a scheme give what its rules give, word for word, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.cli.library import load_scheme
from app.protocol.strict_json import read_json
from app.scoring.engine import prepare, read_inputs
from app.scoring.exact import Exact
from app.scoring.generated import Quick
from app.scoring.generated.results import shown
from app.scoring.inputs import Inputs
from app.scoring.problems import Problems
from app.scoring.program import Program
from app.scoring.quick import ordinary, quick_rules
from app.scoring.rules.shape import Judging
from app.scoring.wording import number_text
from bench.peers.submissions import submissions
from tests.builders import F
from tests.reference.strategies import Scenario, scenarios

ROOT = Path(__file__).resolve().parents[2]


def judgings_of(inputs: Inputs) -> dict[str, Judging]:
    """What people stated and gave, by row, whether or not it comes to that."""
    stated = inputs.evidence.stated
    given = {code: Judging(each.points, each.rationale, stated) for code, each in inputs.judgements.items()}
    return {item.item.code: given.get(item.item.code, Judging(stated=stated)) for item in inputs.program.items}


def both(inputs: Inputs) -> Iterator[tuple[str, Quick | None, Quick | None]]:
    """Every row by its function, alone and among the others, and by its rule."""
    program, values = inputs.program, inputs.worked.values
    written, judgings = quick_rules(program), judgings_of(inputs)
    for item, among in zip(program.items, written.sheet(values, judgings), strict=True):
        judging = judgings[item.item.code]
        assert written.items[item.item.code](values, judging) == among
        yield item.item.code, among, ordinary(item, item.known(values), judging)


@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_generated_schemes_have_the_same_results_either_way(scenario: Scenario) -> None:
    program = prepare(scenario.document)
    if isinstance(program, Problems):
        return
    for request in scenario.requests:
        inputs = read_inputs(program, request)
        if isinstance(inputs, Problems):
            continue
        for code, quick, expected in both(inputs):
            assert quick is None or quick == expected, code


def test_random_submissions_of_the_hangzhou_table_have_the_same_results_and_none_is_left_over() -> None:
    program = load_scheme(ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml")
    assert isinstance(program, Program)
    for body in submissions(150, seed=1):
        inputs = read_inputs(program, read_json(body))
        assert isinstance(inputs, Inputs)
        for code, quick, expected in both(inputs):
            assert quick == expected is not None, code


@given(st.integers() | st.fractions() | st.integers(-(10**9), 10**9).map(lambda units: F(f"{units}/1000000")))
def test_numbers_are_shown_in_the_same_digits(value: Exact) -> None:
    if abs(value) < 10**15:
        assert shown(value) == number_text(value)
