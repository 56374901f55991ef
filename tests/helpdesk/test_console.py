"""Commands in a pipe, as people and scripts use them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
PIPE_CLOSED = 128 + signal.SIGPIPE


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """The environment of an empty desk."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    places = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    return kept | places


def start(desk: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Its code, and what it said besides its output."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    return process.wait(timeout=60), said


# What prints more than a pipe holds, and what fits into one and comes at the end.
@pytest.mark.parametrize("arguments", [("spectacular",), ("check",), ("help",)], ids=" ".join)
def test_a_reader_that_has_enough_is_no_fault(
    desk: dict[str, str], arguments: tuple[str, ...]
) -> None:
    process = start(desk, *arguments)
    assert process.stdout is not None
    if arguments == ("spectacular",):
        assert process.stdout.readline().startswith(b"openapi")
    assert ended(process) == (PIPE_CLOSED, b"")


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
    code, said = ended(start(migrated.environment, *arguments))
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
