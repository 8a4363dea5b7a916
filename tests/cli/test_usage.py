"""Misuse ends with 2 and a Chinese sentence; help speaks Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.calls import SCHEME, USUAL, call

ENGLISH = re.compile(
    r"\b(?:usage|options?|arguments?|commands?|missing|error|invalid|show this|default|required)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "用法：python -m app"),
        (["schemes"], "用法：python -m app schemes"),
        (["scor"], "没有命令 scor"),
        (["score"], "缺少选项 --scheme"),
        (["score", "--scheme"], "选项 --scheme 应带取值"),
        (["score", "--json=yes"], "选项 --json 不带取值"),
        (["score", "--periode", "x"], "没有选项 --periode，是否要用 --period"),
        (["score", *USUAL, "a.json", "b.json"], "多出了不认识的参数"),
        (["score", *USUAL], "请给出一个文件，或用 --jsonl"),
        (["score", *USUAL, "--jsonl", "a.json"], "二者取其一"),
        (["score", *USUAL, "--jsonl", "--json"], "不与 --json 同用"),
        (["score", "--scheme", "nowhere@1", "--period", "2020-04-01/2021-03-31", "a.json"], f"可用的有：{SCHEME}"),
        (["score", "--scheme", "hangzhou-close-alliance", "a.json"], f"可用的有：{SCHEME}"),
        (["score", "--scheme", "../scoring_schemes/a@b", "a.json"], "应为 .yaml、.yml 或 .json 文件"),
        (["score", "--scheme", "/nowhere/a.yaml", "a.json"], "没有文件 /nowhere/a.yaml"),
        (["score", *USUAL, "/nowhere/a.json"], "没有文件 /nowhere/a.json"),
        (["score", *USUAL, "/"], "是目录，不是文件"),
        (["schemes", "show"], "缺少参数 代码@版本"),
        (["schemes", "show", "nowhere@1"], "可用的有"),
        (["serve", "--port", "x"], "选项 --port 应为0 至 65535 的整数"),
        (["serve", "--port", "65536"], "选项 --port 应为0 至 65535 的整数"),
    ],
)
def test_misuse_ends_with_2(arguments: list[str], said: str) -> None:
    done = call(*arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert ENGLISH.findall(re.sub(r"--\w+", "", done.output)) == []


@pytest.mark.parametrize(
    "period",
    ["2020", "2020-04-01", "2020-04-01/", "2021-02-29/2021-03-31", "2021-04-01/2020-04-01", "20200401/20210331"],
)
def test_bad_period_ends_with_2(period: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"{}")
    done = call("score", "--scheme", SCHEME, "--period", period, file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "应写作 开始日期/结束日期" in done.stderr


def test_missing_period_ends_with_2(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"{}")
    done = call("score", "--scheme", SCHEME, file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "缺少考评期" in done.stderr


def test_bad_settings_end_with_2() -> None:
    done = call("serve", MEA_PORT="eighty")
    assert done.exit_code == 2
    assert "设置有误：MEA_PORT 应为整数" in done.stderr


@pytest.mark.parametrize(
    "command", [[], ["score"], ["serve"], ["demo"], ["migrate"], ["schemes"], ["schemes", "list"], ["schemes", "show"]]
)
def test_help_is_chinese(command: list[str]) -> None:
    done = call(*command, "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.lstrip().startswith("用法：python -m app")
    assert "显示这段说明" in done.stdout
    assert ENGLISH.findall(re.sub(r"--\w+", "", done.stdout)) == []
