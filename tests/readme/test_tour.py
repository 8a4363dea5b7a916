"""The pages do what they say: every command in them is run, and answers what stands below it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from app.config import PREFIX, Settings
from tests.readme.pages import ROOT, Block, answers, blocks, environment, mirror, run, steps

SAID = "http://127.0.0.1:8000"
FOLDER = "var/demonstration"
PAGES = ("README.md", "docs/deploy.md", "docs/writing-a-scheme.md")
TOUR = ROOT / "docs" / "tour"
SMALL_SCHEME = TOUR / "schemes" / "meal-station" / "2026.yaml"
HANGZHOU = "hangzhou-close-alliance@2020-draft"


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        assert process.poll() is None, "the demonstration did not start"
        try:
            opener.open(address + "/readyz", timeout=5).close()
        except (URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the demonstration does not answer")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The demonstration, as `make run` starts it: where it is, by what the pages say."""
    if not (shutil.which("curl") and shutil.which("bash")) and not os.environ.get("CI"):
        pytest.skip("the tour needs curl and bash")
    port = str(free_port())
    folder = tmp_path_factory.mktemp("demonstration")
    command = [sys.executable, "-m", "app", "demo", "--serve", "--port", port, "--directory", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield {SAID: f"http://127.0.0.1:{port}", FOLDER: str(folder)}
    finally:
        process.terminate()
        process.wait(30)


def test_make_run_starts_what_the_tour_asks() -> None:
    said = subprocess.run(["make", "-n", "run", "PORT=8123"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "-m app demo --serve --port 8123" in said.stdout


@pytest.mark.parametrize("page", PAGES)
def test_commands_answer_what_the_page_shows(page: str, service: dict[str, str], tmp_path: Path) -> None:
    mirror(tmp_path)
    walked = steps(read(page))
    assert walked
    given = run([here(each.commands, service) for each in walked], tmp_path)
    for step, (output, code) in zip(walked, given, strict=True):
        assert code == 0, step.commands
        if step.answer is not None:
            assert answers(step.answer, output), f"{step.commands}\nanswers\n{output}\ninstead of\n{step.answer}"


def here(commands: str, places: dict[str, str]) -> str:
    for said, place in places.items():
        commands = commands.replace(said, place)
    return commands


def test_both_readmes_say_the_same_commands() -> None:
    def shown(page: str) -> list[tuple[str, str]]:
        return [(each.language, each.text) for each in blocks(read(page))]

    assert shown("README.md") == shown("README.zh-CN.md")


def test_item_that_the_readme_shows_is_the_one_worked_out() -> None:
    command = [sys.executable, "-m", "app", "score", "--scheme", HANGZHOU, "--json", str(TOUR / "request.json")]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
    items = [item for section in json.loads(done.stdout)["sections"] for item in section["items"]]
    [shown] = [json.loads(each.text) for each in blocks(read("README.md")) if each.language == "json"]
    assert shown in items


def test_files_of_the_tour_hold_the_same_evidence() -> None:
    evidence, request = (json.loads((TOUR / name).read_bytes()) for name in ("evidence.json", "request.json"))
    first, *_ = (TOUR / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    assert request["evidence"] == evidence == json.loads(first)["evidence"]
    assert request["judgements"] == {"service_volume": json.loads((TOUR / "judgement.json").read_bytes())}


def test_pages_show_the_small_scheme_as_it_is() -> None:
    def lines(blocks_of_yaml: list[Block]) -> list[str]:
        return [line for each in blocks_of_yaml for line in each.text.splitlines() if line]

    scheme = SMALL_SCHEME.read_text(encoding="utf-8")
    shown = {page: [each for each in blocks(read(page)) if each.language == "yaml"] for page in PAGES}
    assert all(each.text in scheme for found in shown.values() for each in found)
    assert lines(shown["docs/writing-a-scheme.md"]) == [line for line in scheme.splitlines() if line]


def test_settings_are_those_of_the_table() -> None:
    rows = [line.split("|") for line in read("docs/deploy.md").splitlines() if line.startswith(f"| `{PREFIX}")]
    shown = {name.strip(" `"): value.strip(" `") for _, name, value, *_ in rows}
    settings = Settings()
    asked = {PREFIX + name.upper(): str(getattr(settings, name)) for name in Settings.__dataclass_fields__}
    asked[PREFIX + "SCHEMES_DIRECTORY"] = settings.schemes_directory.name
    assert shown == asked


@pytest.mark.parametrize(
    ("shown", "given"), [("a…c", "a b c"), ("…\nb", "a  \nb\n"), ("a\n…\nd", "a\nb\nc\nd"), ("", " \n")]
)
def test_what_is_left_out_may_be_anything(shown: str, given: str) -> None:
    assert answers(shown, given)


@pytest.mark.parametrize(("shown", "given"), [("a", "ab"), ("a…c", "a b"), ("b…a", "a b"), ("a.c", "abc")])
def test_other_answer_is_found(shown: str, given: str) -> None:
    assert not answers(shown, given)


def test_commands_can_be_pasted_into_any_shell() -> None:
    """A remark is none in every shell that people type in."""
    assert not [each for page in PAGES for each in steps(read(page)) if " #" in each.commands]


def test_commands_of_a_page_are_found() -> None:
    page = "```sh\ndocker ps\n```\n\n```sh\nls\n```\n```text\na\n```\n\n```sh\npwd\n```\n\n```text\nb\n```\n"
    assert [(each.commands, each.answer) for each in steps(page)] == [("ls\n", "a\n"), ("pwd\n", None)]


def test_command_that_fails_is_found(tmp_path: Path) -> None:
    assert run(["echo a; false", "echo b"], tmp_path) == [("a\n", 1), ("b\n", 0)]
    with pytest.raises(AssertionError, match="lost"):
        run(["echo lost >&2"], tmp_path)
