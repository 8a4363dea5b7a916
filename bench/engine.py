"""What scoring the Hangzhou table costs: our engine, our complete sheet, zen-engine and datalogic-py, in one run.

One thread, different submissions throughout, equal results checked first. Set BENCH_SUBMISSIONS and BENCH_ROUNDS for
other sizes.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from peers import json_logic, zen_tables  # noqa: E402 -- the folder above has to be found first
from peers.rows import facts_of, read_by, rows_of  # noqa: E402
from peers.submissions import submissions  # noqa: E402
from peers.timing import medians, once  # noqa: E402

from app.cli.library import load_scheme  # noqa: E402
from app.protocol.strict_json import read_json  # noqa: E402
from app.scoring.engine import Inputs, Program, read_inputs, score_request  # noqa: E402
from app.scoring.exact import exact  # noqa: E402
from app.scoring.items import judge  # noqa: E402
from app.scoring.quick import judge_all, quick_rules  # noqa: E402
from app.scoring.rules.shape import Judging  # noqa: E402
from app.scoring.sheet import ScoreSheet  # noqa: E402

COUNT: Final = int(os.environ.get("BENCH_SUBMISSIONS", "1000"))
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "30"))
PREPARED: Final = "datalogic-py, facts and answer left as JSON text"
SCHEME: Final = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"

Given = list[tuple[Any, ...]]


def main() -> None:
    """Check that all of them agree, time them, print the tables."""
    program = load_scheme(SCHEME)
    assert isinstance(program, Program)
    inputs = [_inputs(program, body) for body in submissions(COUNT, seed=20200401)]
    read = sorted(set().union(*(item.reads for item in program.items)))
    basis = {item.item.code: item.basis for item in program.items}
    ours: Given = [({code: each.worked.values[code] for code in read}, _judgings(each, basis)) for each in inputs]
    rows = rows_of(program.document)
    facts: Given = [(facts_of(each, read_by(rows)),) for each in inputs]
    zen, logic = zen_tables.ways(rows), json_logic.ways(rows)
    _check(program, ours, facts, {name: (ask, zen_tables.results) for name, ask in zen.items()} | logic)
    gc.freeze()
    taken = medians(
        {
            "ours": (quick_rules(program).sheet, ours),
            "ours, as the sheet has it": (judge_all, [(program, each) for each in inputs]),
            "ours, ordinary rules": (_judge_each, [(program, each) for each in inputs]),
            **{f"zen-engine, {name}": (ask, facts) for name, ask in zen.items()},
            **{f"datalogic-py, {name}": (ask, facts) for name, (ask, _) in logic.items()},
            PREPARED: (json_logic.prepared(rows), [(json.dumps(each),) for (each,) in facts]),
        },
        ROUNDS,
    )
    _print(taken, *_sheets())


def _inputs(program: Program, body: bytes) -> Inputs:
    inputs = read_inputs(program, read_json(body))
    assert isinstance(inputs, Inputs), inputs
    return inputs


def _judgings(inputs: Inputs, basis: dict[str, frozenset[str]]) -> dict[str, Judging]:
    """What people said, by row; every submission states what they have to see."""
    return {code: Judging(given.points, given.rationale, basis[code]) for code, given in inputs.judgements.items()}


def _check(program: Program, ours: Given, facts: Given, others: dict[str, tuple[Any, Any]]) -> None:
    """Every score and every reason code of every submission is the same."""
    codes = [item.item.code for item in program.items]
    sheet = quick_rules(program).sheet
    for (values, judgings), (plain,) in zip(ours, facts, strict=True):
        expected = {
            code: (quick.score, " ".join(line.code for line in quick.deductions) or None)
            for code, quick in zip(codes, sheet(values, judgings), strict=True)
        }
        for name, (ask, read) in others.items():
            said = {code: (exact(Decimal(str(points))), why) for code, (points, why) in read(ask(plain)).items()}
            assert said == expected, (name, said, expected)
    for item, quick in zip(program.items, sheet(*ours[0]), strict=True):
        assert quick is not None, item.item.code


def _judge_each(program: Program, inputs: Inputs) -> None:
    for item in program.items:
        judge(program, item, inputs)


def _sheets() -> tuple[float, float]:
    """From the bytes of a request to those of its sheet: none of them seen before, then the same again."""
    cold, warm = [], []
    for number in range(max(3, ROUNDS // 5)):
        program = load_scheme(SCHEME)
        assert isinstance(program, Program)
        bodies = submissions(COUNT // 4, seed=number)
        _sheet(program, submissions(1, seed=-1 - number)[0])
        given: Given = [(program, body) for body in bodies]
        cold.append(once(_sheet, given))
        warm.append(once(_sheet, given))
    return statistics.median(cold), statistics.median(warm)


def _sheet(program: Program, body: bytes) -> bytes:
    sheet = score_request(program, read_json(body))
    assert isinstance(sheet, ScoreSheet), sheet
    return sheet.to_bytes()


def _print(taken: dict[str, float], cold: float, warm: float) -> None:
    zen = min(each for name, each in taken.items() if name.startswith("zen"))
    decision = min(each for name, each in taken.items() if name.startswith("zen-engine, decision"))
    logic = min(each for name, each in taken.items() if name.startswith("datalogic") and name != PREPARED)
    ours = taken["ours"]
    print(
        f"22 rows, {COUNT} different submissions, one thread, medians of {ROUNDS} interleaved rounds; µs an alliance\n"
    )
    print("from validated facts to points and reasons (ours in Chinese, the others constant codes)")
    for name, each in taken.items():
        print(f"  {name:<52}{each:9.2f}")
    print("\nfrom the JSON of a request to the JSON of its complete sheet")
    print(f"  {'every submission for the first time':<52}{cold:9.2f}")
    print(f"  {'the same submissions again (ranges, improvements known)':<52}{warm:9.2f}")
    print("\nratios, each against the quickest way of the other engine")
    for name, ratio, wanted in (
        ("zen-engine ÷ ours", zen / ours, "at least 20"),
        ("datalogic-py ÷ ours", logic / ours, "at least 1, aim 1.5"),
        ("zen-engine, bare scores ÷ our sheet, first time", zen / cold, "at least 1, aim 2"),
        ("zen-engine, bare scores ÷ our sheet, again", zen / warm, ""),
        ("zen-engine by create_decision ÷ our sheet, first time", decision / cold, ""),
    ):
        print(f"  {name:<52}{ratio:9.2f}   {wanted}")


if __name__ == "__main__":
    main()
