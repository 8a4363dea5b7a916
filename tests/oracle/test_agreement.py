"""The engine and the command line against the independent reading, on thousands of random requests."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.protocol.strict_yaml import read_yaml
from app.scoring.engine import Program, prepare, read_inputs, score
from app.scoring.problems import Problems
from tests.oracle.disagreement import Request, Sheet, disagreements, wrongly_refused
from tests.oracle.evidences import request
from tests.oracle.hangzhou import expected_of

ROOT = Path(__file__).parents[2]
SCHEME = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
USUAL = {"start": "2020-04-01", "end": "2021-03-31"}
IN_PROCESS = range(2000)
ON_LINES = range(10_000, 13_000)
EVERY = 100  # one line in so many is broken
BACKWARDS = {"name": "甲", "institution": "乙", "start_date": "2020-05-02", "end_date": "2020-05-01"}
UNCLEAR = {"chronic_care": "nonstandard"}
STRUCK = {"rows": {"1": {"accepted": False, "reason": "未见记录"}}}
WRONG: list[dict[str, Any]] = [
    {},
    {"evidence": []},
    {"evidence": {"downward_referrals": -1}},
    {"evidence": {"downward_referrals": 1.5}},
    {"evidence": {"quality_system": 1}},
    {"evidence": {"incentive_mechanism": "perhaps"}},
    {"evidence": {"no_such_field": True}},
    {"evidence": {"new_techniques": [{"name": "甲", "date": "2021-02-29"}]}},
    {"evidence": {"new_techniques": [{"name": "甲", "date": "2020-W23-1"}]}},
    {"evidence": {"new_techniques": [{"name": "甲"}]}},
    {"evidence": {"trainees": [BACKWARDS]}},
    {"evidence": UNCLEAR, "judgements": {"chronic_care": {"points": 6, "rationale": "查阅病历"}}},
    {"evidence": UNCLEAR, "judgements": {"chronic_care": {"points": 2.5, "rationale": "查阅病历"}}},
    {"evidence": UNCLEAR, "judgements": {"chronic_care": {"points": 3, "rationale": "好"}}},
    {"evidence": {}, "judgements": {"agreement": {"points": 5, "rationale": "查阅协议"}}},
    {"evidence": {"lectures": []}, "findings": {"lectures": STRUCK}},
]
BROKEN = ["{", "[]", "null", "not json", '{"evidence": {}, "evidence": {}}', *(json.dumps(line) for line in WRONG)]


@pytest.fixture(scope="module")
def program() -> Program:
    """Compile the shipped scheme once."""
    document = read_yaml(SCHEME.read_text(encoding="utf-8"))
    assert not isinstance(document, Problems), document
    compiled = prepare(document)
    assert not isinstance(compiled, Problems), compiled
    return compiled


def read_sheet(text: str | bytes) -> Sheet:
    """Read a sheet as it is sent, every number exactly."""
    sheet: Sheet = json.loads(text, parse_float=Decimal)
    return sheet


def scored(program: Program, asked: Request) -> list[str]:
    """Score one request in this process and compare."""
    inputs = read_inputs(program, asked)
    if isinstance(inputs, Problems):
        return [f"not read: {inputs}"]
    sheet = score(program, inputs)
    if isinstance(sheet, Problems):
        return wrongly_refused(asked)
    return disagreements(asked, read_sheet(sheet.to_bytes()))


def first_of(differences: dict[int, list[str]]) -> str:
    """Name a few of the differences and how many there are."""
    lines = [f"{place}: {'; '.join(found)}" for place, found in list(differences.items())[:5]]
    return "\n".join([f"{len(differences)} disagree", *lines])


def test_the_engine_agrees(program: Program) -> None:
    """Scores, ranges, statuses, totals, deductions and counted rows of thousands of requests."""
    found = {seed: differences for seed in IN_PROCESS if (differences := scored(program, request(seed)))}
    assert not found, first_of(found)


def a_line(seed: int) -> tuple[str, Request | None]:
    """Write one line and what it asks; the usual period may be left to the option, some lines are broken."""
    if seed % EVERY == 0:
        return BROKEN[seed // EVERY % len(BROKEN)], None
    asked = request(seed)
    left_out = asked["period"] == USUAL and seed % 2 == 0
    line = {key: value for key, value in asked.items() if key != "period" or not left_out}
    return json.dumps(line, ensure_ascii=False), asked


def compared(number: int, asked: Request | None, answer: dict[str, Any]) -> list[str]:
    """Compare the answer to one line."""
    if asked is not None and "errors" not in answer:
        return disagreements(asked, answer)
    found = wrongly_refused(asked) if asked is not None else []
    if answer.get("line") != number or not answer.get("errors"):
        found.append(f"a bad line is answered {answer}")
    return [f"{difference}: {answer.get('errors')}" for difference in found]


def run(lines: list[str]) -> subprocess.CompletedProcess[str]:
    """Score lines by the command line."""
    scheme = ["--scheme", "hangzhou-close-alliance@2020-draft", "--period", f"{USUAL['start']}/{USUAL['end']}"]
    return subprocess.run(
        [sys.executable, "-m", "app", "score", "--jsonl", *scheme],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        check=False,
        cwd=ROOT,
        encoding="utf-8",
        timeout=300,
    )


def test_the_command_line_agrees() -> None:
    """One sheet or one refusal for every line, in order, and 1 as exit code because some were bad."""
    lines = [a_line(seed) for seed in ON_LINES]
    done = run([line for line, _ in lines])
    answers = [read_sheet(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(answers)) == (1, len(lines)), done.stderr[-2000:]
    found = {
        number: differences
        for number, ((_, asked), answer) in enumerate(zip(lines, answers, strict=True), start=1)
        if (differences := compared(number, asked, answer))
    }
    assert not found, first_of(found)


def test_good_lines_end_with_0() -> None:
    """Nothing bad, nothing said."""
    asked = [made for seed in range(20_000, 20_050) if not expected_of(made := request(seed))["refused"]]
    done = run([json.dumps(made, ensure_ascii=False) for made in asked])
    answers = [read_sheet(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr, len(answers)) == (0, "", len(asked))
