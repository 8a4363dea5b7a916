"""Findings: what evaluators corrected in the evidence, and the rows they struck out, each with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from app.scoring.problems import Path, Problem, Problems
from app.scoring.program import Program
from app.scoring.stated import Evidence, read_evidence, visible_length


class Findings:
    """Findings applied to the evidence they correct."""

    def __init__(self, program: Program, evidence: Evidence) -> None:
        """Nothing is corrected yet."""
        self.program = program
        self.values = dict(evidence.values)
        self.tables = dict(evidence.tables)
        self.struck: dict[str, dict[int, str]] = {}
        self.problems: list[Problem] = []

    def apply(self, code: str, finding: object) -> None:
        """One finding: a corrected value, or rows struck out."""
        if code not in self.program.scheme.evidence:
            self._refuse((code,), "unknown_field", "评价方案中没有这个佐证字段")
        elif not isinstance(finding, Mapping):
            self._refuse((code,), "object_type", "核实意见应为对象")
        elif set(finding) == {"value", "reason"}:
            self._correct(code, finding)
        elif set(finding) == {"rows"}:
            self._strike(code, finding["rows"])
        else:
            self._refuse((code,), "finding_form", "核实意见应为 {value, reason}，或 {rows: {行号: {accepted, reason}}}")

    def _refuse(self, path: Path, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

    def _correct(self, code: str, finding: Mapping[str, object]) -> None:
        self._check_reason((code, "reason"), finding["reason"])
        read = read_evidence(self.program, {code: finding["value"]}, evaluator=True)
        if isinstance(read, Problems):
            self.problems += [Problem((code, "value", *each.path[1:]), each.code, each.message) for each in read]
            return
        self.values.update(read.values)
        self.tables.update(read.tables)

    def _check_reason(self, path: Path, reason: object) -> None:
        if not isinstance(reason, str) or not visible_length(reason):
            self._refuse(path, "reason_missing", "应写明理由")

    def _strike(self, code: str, rows: object) -> None:
        known = {number for number, _ in self.tables.get(code, ())}
        if not isinstance(rows, Mapping) or code not in self.tables:
            self._refuse((code, "rows"), "not_a_table", "只能对已填报的表格按行提出核实意见")
            return
        for key, finding in rows.items():
            path: Path = (code, "rows", key)
            number = int(key) if key.isascii() and key.isdigit() and len(key) < len(str(10**6)) else 0
            if number not in known or key != str(number):
                self._refuse(path, "row_unknown", "没有这一行（行号从 1 开始）")
            elif not isinstance(finding, Mapping) or set(finding) != {"accepted", "reason"}:
                self._refuse(path, "finding_form", "应为 {accepted, reason}")
            elif not isinstance(finding["accepted"], bool):
                self._refuse((*path, "accepted"), "boolean_type", "应为 true 或 false")
            else:
                self._check_reason((*path, "reason"), finding["reason"])
                if not finding["accepted"]:
                    self.struck.setdefault(code, {})[number] = str(finding["reason"])

    def evidence(self) -> Evidence:
        """The evidence as verified."""
        for code, rows in self.struck.items():
            self.tables[code] = [row for row in self.tables[code] if row[0] not in rows]
        return Evidence(self.values, self.tables)


def read_findings(program: Program, evidence: Evidence, stated: object, problems: list[Problem]) -> Findings:
    """Apply every finding; what does not fit is added to `problems`."""
    findings = Findings(program, evidence)
    if not isinstance(stated, Mapping):
        problems.append(Problem(("findings",), "object_type", "应为对象"))
        return findings
    for code, finding in stated.items():
        findings.apply(code, finding)
    problems += [problem.under("findings") for problem in findings.problems]
    return findings
