"""Rows that cannot be used are listed with line and reason; by default nothing is stored."""

from __future__ import annotations

import gzip

import pytest
from django.core.management import CommandError

from tickets.models import ImportBatch, Ticket

pytestmark = pytest.mark.django_db

BAD = {
    "no id": (",2026-03-02 10:00,working,1,Ines,Vega", "has no ticket id"),
    "unreadable time": ("A,yesterday,working,1,Ines,Vega", "time that cannot be read"),
    "no time": ("A,,working,1,Ines,Vega", "has no time"),
    "future": ("A,2199-01-01 10:00,working,1,Ines,Vega", "lies in the future"),
    "unknown status": ("A,2026-03-02 10:00,dancing,1,Ines,Vega", "“dancing”"),
    "unknown level": ("A,2026-03-02 10:00,working,9,Ines,Vega", "“9”"),
    "too few columns": ("A,2026-03-02 10:00,working", "has 3 columns, the header has 6"),
    "too many columns": ("A,2026-03-02 10:00,working,1,Ines,Vega,x", "has 7 columns"),
    "open quote": ('A,2026-03-02 10:00,"working,1,Ines,Vega', "not readable as CSV"),
    "NUL": ("A,2026-03-02 10:00,working,1,In\x00es,Vega", "NUL"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_one_bad_row_stops_the_import(case, log_file, run_import, capsys):
    row, reason = BAD[case]
    log_file.write_text(log_file.read_text() + row + "\n")
    with pytest.raises(CommandError, match=r"1 bad row\(s\): nothing was stored"):
        run_import()
    assert not Ticket.objects.exists()
    assert not ImportBatch.objects.exists()
    told = capsys.readouterr().err
    assert "line 12: " in told
    assert reason in told


def test_bad_encoding_is_a_bad_row(log_file, run_import, capsys):
    log_file.write_bytes(log_file.read_bytes() + b"C,2026-03-02 10:00,working,1,In\xe8s,Vega\n")
    with pytest.raises(CommandError):
        run_import()
    assert "line 12: holds bytes" in capsys.readouterr().err


def test_with_skip_the_ticket_is_left_out_whole(log_file, run_import, capsys):
    log_file.write_text(log_file.read_text() + BAD["unknown status"][0] + "\n")
    run_import("--skip-bad-rows")
    assert list(Ticket.objects.values_list("external_id", flat=True)) == ["B"]
    assert ImportBatch.objects.get().rows_skipped == 1
    assert "1 bad rows; 1 tickets left out" in capsys.readouterr().out


def test_a_line_number_is_that_of_the_rows_first_line(log_file, run_import, capsys):
    header, *rows = log_file.read_text().splitlines()
    rows[0] = 'A,2026-03-02 10:00,queued,1,"In\nes",Vega'
    log_file.write_text("\n".join((header, *rows, BAD["no id"][0])))
    with pytest.raises(CommandError):
        run_import()
    assert "line 13: has no ticket id" in capsys.readouterr().err


def test_a_missing_column_is_named(log_file, run_import):
    log_file.write_text(log_file.read_text().replace("what", "was"))
    with pytest.raises(CommandError, match="no column “what”"):
        run_import()


def test_a_file_that_is_not_there_is_refused(log_file, run_import):
    log_file.unlink()
    with pytest.raises(CommandError, match="cannot be read"):
        run_import()


def test_a_file_that_ends_in_the_middle_is_refused(log_file, run_import):
    log_file.write_bytes(gzip.compress(log_file.read_bytes())[:-20])
    with pytest.raises(CommandError, match="cannot be read"):
        run_import()
    assert not Ticket.objects.exists()


def test_an_empty_file_is_refused(log_file, run_import):
    log_file.write_text("")
    with pytest.raises(CommandError, match="empty"):
        run_import()


def test_gzip_and_a_byte_order_mark_are_read(log_file, run_import):
    log_file.write_bytes(gzip.compress(b"\xef\xbb\xbf" + log_file.read_bytes()))
    run_import()
    assert Ticket.objects.count() == 2
