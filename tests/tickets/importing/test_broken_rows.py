"""Rows that are broken in form: no ticket is stored without a row that was its own."""

from __future__ import annotations

import csv

import pytest
from django.core.management import CommandError

from tests.tickets.importing.conftest import HEADER, LOG
from tickets.choices import Status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoil(log_file):
    """Write the small log with rows exchanged, by their place in LOG, and with more at the end."""

    def write(*more, **changed):
        rows = [changed.get(f"row_{n}", row) for n, row in enumerate(LOG)]
        log_file.write_text("\n".join((HEADER, *rows, *more)) + "\n", encoding="utf-8")

    return write


def test_a_quote_that_stays_open_costs_its_own_ticket_alone(spoil, run_import, capsys):
    spoil(row_2='B,2026-03-02 11:00,"working,1,Jan,Lyra')
    run_import("--skip-bad-rows")
    ticket = Ticket.objects.get()
    assert (ticket.external_id, ticket.status) == ("A", Status.CLOSED)
    told = capsys.readouterr()
    assert "line 4: not readable as CSV" in told.err
    assert "(ticket B)" in told.err
    assert "1 bad rows; 1 tickets left out" in told.out


def test_rows_after_an_open_quote_are_rows_of_their_own(spoil, run_import, capsys):
    spoil(
        row_0='A,2026-03-02 10:00,"queued,1,,Vega',
        row_2='B,2026-03-02 11:00,dancing,1,"Jan",Lyra',
    )
    with pytest.raises(CommandError, match=r"2 bad row\(s\)"):
        run_import()
    told = capsys.readouterr().err
    assert "line 2: not readable as CSV" in told
    assert "line 4: has a status" in told


def test_a_quote_that_is_closed_in_another_row_swallows_none(spoil, run_import, capsys):
    spoil(
        row_2='B,2026-03-02 11:00,working,1,"Jan,Lyra',
        row_9='A,2026-03-17 10:00,closed,2,Rob",Vega',
    )
    run_import("--skip-bad-rows")
    ticket = Ticket.objects.get()
    assert (ticket.external_id, ticket.status) == ("A", Status.CLOSED)
    assert "line 4: has a quote that is closed in another row" in capsys.readouterr().err


def test_a_text_over_several_lines_is_one_row(spoil, run_import):
    spoil(row_2='B,2026-03-02 11:00,working,1,"Jan,\nof the, first, line, 1, 2",Lyra')
    run_import()
    assert Ticket.objects.count() == 2


STRAYS = {
    "its first column is missing": "2026-03-02 10:40,working,1,Ines,Vega",
    "a line of text": "(11 rows affected)",
    "an id that is not of the encoding": "A\udce8,2026-03-02 10:40,working,1,Ines,Vega",
    "an open quote before the id": '"A,2026-03-02 10:40,working,1,Ines,Vega',
}


@pytest.mark.parametrize("case", sorted(STRAYS))
def test_a_row_of_an_unknown_ticket_stops_the_import(case, log_file, run_import):
    with log_file.open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(STRAYS[case] + "\n")
    with pytest.raises(CommandError, match=r"1 bad row\(s\) whose ticket cannot be told \(line 12"):
        run_import("--skip-bad-rows")
    assert not Ticket.objects.exists()
    run_import("--skip-bad-rows", "--ignore-strays")
    assert Ticket.objects.count() == 2


OF_A = {
    "cut off behind the id": "A",
    "too few columns": "A,2026-03-02 10:40,working",
    "bytes of another encoding": "A,2026-03-02 10:40,working,1,In\udce8s,Vega",
    "NUL": "A,2026-03-02 10:40,working,1,In\x00es,Vega",
}


@pytest.mark.parametrize("case", sorted(OF_A))
def test_a_broken_row_costs_its_ticket(case, log_file, run_import):
    with log_file.open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(OF_A[case] + "\n")
    run_import("--skip-bad-rows")
    assert Ticket.objects.get().external_id == "B"


def test_a_row_that_names_no_ticket_belongs_to_none(spoil, run_import, capsys):
    spoil(",2026-03-02 10:40,working,1,Ines,Vega")
    run_import("--skip-bad-rows")
    assert Ticket.objects.count() == 2
    assert "1 bad rows; 0 tickets left out for them, 1 rows of no ticket." in (
        capsys.readouterr().out
    )


def test_every_bad_row_is_listed(spoil, run_import, capsys):
    spoil(*[f"C{n},2026-03-02 10:40,dancing,1,Ines,Vega" for n in range(120)])
    with pytest.raises(CommandError, match=r"120 bad row\(s\)"):
        run_import()
    told = capsys.readouterr().err
    assert told.count("has a status that the mapping does not know") == 120
    assert "line 131: " in told


def test_bad_rows_are_listed_in_a_file(spoil, run_import, tmp_path, capsys):
    spoil("A,yesterday,working,1,Ines,Vega", ",2026-03-02 10:40,working,1,Ines,Vega")
    path = tmp_path / "bad.csv"
    run_import("--skip-bad-rows", f"--bad-rows={path}")
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "ticket", "reason"],
            ["12", "A", "has a time that cannot be read: “yesterday”"],
            ["13", "", "has no ticket id"],
        ]
    told = capsys.readouterr()
    assert f"2 bad rows are listed in {path}." in told.err
    assert "line 12" not in told.err


def test_a_list_that_cannot_be_written_stops_the_import(spoil, run_import, tmp_path):
    spoil("A,yesterday,working,1,Ines,Vega")
    with pytest.raises(CommandError, match="cannot be listed"):
        run_import("--skip-bad-rows", f"--bad-rows={tmp_path}")
    assert not Ticket.objects.exists()
