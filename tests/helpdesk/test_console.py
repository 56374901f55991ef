"""Commands in a pipe, as people and scripts use them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.faults.desk import Desk
from tests.faults.programs import ROOT, Nursery, Program, base_environment, libraries

PIPE_CLOSED = 128 + signal.SIGPIPE


@dataclass(frozen=True)
class Piped:
    """A program of ours whose output and complaints we read."""

    program: Program
    output: IO[bytes]
    complaints: IO[bytes]


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """The environment of an empty desk."""
    places = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    return base_environment() | places


def start(desk: dict[str, str], *arguments: str, nursery: Nursery | None = None) -> Piped:
    (output, printed), (complaints, said) = os.pipe(), os.pipe()
    streams = {"stdout": printed, "stderr": said}
    nursery = nursery or libraries()
    program = nursery.start("manage.py", *arguments, environment=desk, **streams)
    for each in streams.values():
        os.close(each)
    return Piped(program, os.fdopen(output, "rb"), os.fdopen(complaints, "rb"))


def ended(piped: Piped) -> tuple[int, bytes]:
    """Its code, and what it said besides its output."""
    piped.output.close()
    with piped.complaints as complaints:
        said = complaints.read()
    return piped.program.wait(timeout=60), said


# What prints more than a pipe holds, and what fits into one and comes at the end.
@pytest.mark.parametrize("arguments", [("spectacular",), ("check",)], ids=" ".join)
def test_a_reader_that_has_enough_is_no_fault(
    desk: dict[str, str], arguments: tuple[str, ...]
) -> None:
    piped = start(desk, *arguments)
    if arguments == ("spectacular",):
        assert piped.output.readline().startswith(b"openapi")
    assert ended(piped) == (PIPE_CLOSED, b"")


def test_it_is_none_where_a_shell_starts_it_either(desk: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "help"]
    output, printed = os.pipe()
    os.close(output)
    with os.fdopen(printed, "wb") as nowhere:
        done = subprocess.run(  # noqa: S603  # our own program
            command, cwd=ROOT, env=desk, stdout=nowhere, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (PIPE_CLOSED, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ("export_facts",),
        ("metrics_report", "--from", "2026-01-01", "--to", "2026-01-31", "--format", "csv"),
        ("check_ledger",),
    ],
    ids=lambda arguments: str(arguments[0]),
)
@pytest.mark.xdist_group("faults")
@pytest.mark.django_db
def test_reports_end_quietly_too(migrated: Desk, arguments: tuple[str, ...]) -> None:
    piped = start(migrated.environment, *arguments, nursery=migrated.nursery())
    code, said = ended(piped)
    assert (code, said) == (PIPE_CLOSED, b"")


def test_a_fault_of_its_own_is_still_told(desk: dict[str, str]) -> None:
    code, said = ended(start(desk, "import_history", "nowhere.csv"))
    assert code in (1, 2)
    assert b"import_history" in said or b"Error" in said


@pytest.mark.parametrize(
    ("setting", "arguments"),
    [("PORT=eighty", ("--mailbox", "a@b.example")), ("PORT=8000", ("--box", "a@b.example"))],
    ids=["a wrong setting", "a wrong option"],
)
def test_a_mail_server_keeps_its_mail_where_the_desk_cannot_start(
    desk: dict[str, str], setting: str, arguments: tuple[str, ...]
) -> None:
    name, _, value = setting.partition("=")
    code, said = ended(start(desk | {name: value}, "receive_mail", *arguments))
    assert code == os.EX_TEMPFAIL
    assert b"PORT" in said or b"--mailbox" in said
