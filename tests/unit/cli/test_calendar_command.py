"""``jcer calendar deadline``: the line it prints, the lines it reads, and what it says to nonsense."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from workflow_app.cli.main import COMMANDS, LazyGroup, main
from workflow_app.kernel.errors import Refused


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["calendar", "deadline", *arguments], input=stdin)


@pytest.mark.parametrize(
    ("start", "n", "line"),
    [
        ("2025-09-29", "5", "2025-10-13\n"),
        ("2025-09-29T23:30", "5", "2025-10-13\n"),
        ("2025-09-28T17:00:00+00:00", "5", "2025-10-13\n"),  # already the 29th in Shanghai
        ("2025-09-28T17:00:00Z", "5", "2025-10-13\n"),
        ("2026-12-28", "3", "2026-12-31\n"),
        ("2026-12-28", "5", "2027-01-05 provisional\n"),
        ("2019-01-01", "1", "2019-01-02\n"),
    ],
)
def test_it_prints_the_date(start: str, n: str, line: str) -> None:
    result = run(start, n)

    assert (result.exit_code, result.stdout, result.stderr) == (0, line, "")


@pytest.mark.parametrize(
    ("start", "n", "says"),
    [
        ("2018-12-31", "1", "早于2019-01-01"),
        ("0001-01-01T00:00+23:59", "1", "ISO 日期"),
        ("9999-12-31", "1", "晚于2100-12-31"),
        ("2025-02-30", "1", "ISO 日期"),
        ("tomorrow", "1", "ISO 日期"),
        ("２０２５-01-01", "1", "ISO 日期"),
        ("2025-01-01", "0", "不小于1"),
        ("2025-01-01", "-1", "不小于1"),
        ("2025-01-01", "1.5", "不小于1"),
        ("2025-01-01", "１", "不小于1"),
        ("2025-01-01", "9" * 30, "不小于1的整数"),
        ("2025-01-01", "999999999", "晚于2100-12-31"),
    ],
)
def test_nonsense_is_an_error_line_and_exit_1(start: str, n: str, says: str) -> None:
    for extra in ((), ("--json",), ("--explain",)):
        result = run(start, n, *extra)

        assert result.exit_code == 1
        assert result.stdout == ""
        assert says in result.stderr
        assert "Traceback" not in result.stderr


def test_the_count_can_be_shown_day_by_day() -> None:
    lines = run("2025-09-29", "5", "--explain").stdout.splitlines()

    assert lines[0] == "2025-10-13"
    assert lines[2:4] == ["  第1天 周二 09-30", "  跳过 10-01~08 国庆节、中秋节 〔2024〕12号"]


def test_json_carries_the_interval_and_the_revision() -> None:
    answer = json.loads(run("2026-12-28", "5", "--json", "--explain").stdout)

    assert (answer["date"], answer["provisional"]) == ("2027-01-05", True)
    assert (answer["earliest"], answer["latest"]) == ("2027-01-03", "2027-01-08")
    assert len(answer["calendar_revision"]) == 64
    assert answer["trail"][0][0] == "2026-12-28"
    assert answer["explain"][0] == "第0天 不计 周一 12-28"


def test_lines_are_answered_in_place_and_a_bad_one_fails_the_whole() -> None:
    lines = (
        b"2025-09-29,5\n 2026-12-28 , 5 \r\nnonsense\n\n\xff\xfe,1\n"
        b"2018-12-31,1\n2025-01-01,1,2\n2026-02-25,3"
    )
    result = run("-", stdin=lines)
    printed = result.stdout.splitlines()

    assert result.exit_code == 1
    assert len(printed) == 8
    assert printed[:2] == ["2025-10-13", "2027-01-05 provisional"]
    assert all(line.startswith("error: ") for line in printed[2:7])
    assert printed[7] == "2026-02-28"


def test_good_lines_alone_succeed_and_so_does_nothing() -> None:
    good = run("-", stdin="2025-09-29,5\n2025-10-13,3\n")
    assert (good.exit_code, good.stdout) == (0, "2025-10-13\n2025-10-16\n")

    empty = run("-", stdin="")
    assert (empty.exit_code, empty.stdout) == (0, "")


def test_lines_can_be_answered_in_json() -> None:
    result = run("-", "--json", stdin="2025-09-29,5\nnonsense\n")
    good, bad = (json.loads(line) for line in result.stdout.splitlines())

    assert result.exit_code == 1
    assert good["date"] == "2025-10-13"
    assert "ISO 日期" in bad["error"]


@pytest.mark.parametrize("arguments", [("2025-01-01",), ("-", "5"), ()])
def test_a_missing_or_superfluous_argument_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_every_command_in_the_table_can_be_loaded_and_helps() -> None:
    for name in COMMANDS:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, name
    assert CliRunner().invoke(main, ["no-such-thing"]).exit_code == 2


def test_an_expected_error_is_one_line_and_never_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Refused("too_early", "公示期未满", article="355号附件一（三）")

    monkeypatch.setattr(LazyGroup, "get_command", refuse)
    result = CliRunner().invoke(main, ["calendar"])

    assert (result.exit_code, result.stderr) == (1, "Error: 公示期未满（355号附件一（三））\n")


def test_a_published_deadline_is_answered_without_the_web_the_database_or_the_estimate() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from workflow_app.cli.main import main; "
        "r = CliRunner().invoke(main, ['calendar', 'deadline', '2025-09-29', '5']); assert r.exit_code == 0; "
        "print([m for m in ('flask', 'sqlalchemy', 'SpiffWorkflow', 'holidays') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
