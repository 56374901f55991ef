"""Static files: whole, whatever happens to them while the desk runs."""

from __future__ import annotations

from pathlib import Path

from tests.faults.programs import base_environment, libraries

ASK = """
import sys, pathlib
from django.conf import settings
settings.STATICFILES_DIRS = [sys.argv[1]]
import django; django.setup()
from django.test import Client
sheet = pathlib.Path(sys.argv[1], "one.css")
browser = Client(headers={"host": "localhost"})
def read():
    answer = browser.get("/static/one.css")
    return answer.headers.get("Content-Length"), b"".join(answer.streaming_content)
read()
sheet.write_text("a{color:red}b{color:blue}")
print(read())
"""


def _read_after_a_change(tmp_path: Path) -> str:
    """What a browser gets of a sheet that grew after the desk had read it."""
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    (sheets / "one.css").write_text("a{color:red}")
    program = tmp_path / "ask.py"
    program.write_text(ASK)
    places = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "helpdesk.settings"}
    environment = base_environment() | places
    done = libraries().run(str(program), str(sheets), environment=environment, within=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_desk_on_one_machine_serves_what_lies_there_now(tmp_path: Path) -> None:
    assert _read_after_a_change(tmp_path) == "('25', b'a{color:red}b{color:blue}')"
