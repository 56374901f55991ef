"""Starting the real program: its sentence for a wrong value, and its production settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.programs import base_environment, libraries

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "helpdesk" / "environment.py"
PRODUCTION = {
    "ALLOWED_HOSTS": "help.example.com",
    "SECRET_KEY": "9f-zQ2x8_KfJv3LwT7yRbN5sHd1cGm4pUe6aXo0iVtBq-WnYkMr",
    "DATABASE_URL": "postgres://me:secret@db.example.com/desk",
    "REDIS_URL": "redis://redis.example.com:6379/0",
    "EMAIL_URL": "smtp+tls://me:secret@mail.example.com:587",
    "TRUST_PROXY": "true",
}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command where only libraries are imported: it reads its settings as at a start."""
    environment = base_environment() | variables
    return libraries().run("manage.py", *arguments, environment=environment, within=60)


def really_manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as people do."""
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=base_environment() | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "oracle://db/desk"), ("REPORTING_TIME_ZONE", "Mars/Base")]
)
def test_a_wrong_value_stops_the_start_with_one_sentence(name: str, value: str) -> None:
    start = really_manage("check", **{name: value})
    assert start.returncode == 1
    assert start.stderr.count("\n") == 1
    assert start.stderr.startswith(f"Cannot start: {name} is “{value}”")


@pytest.mark.parametrize("name", ["VAR_DIR", "MEDIA_ROOT", "STATIC_ROOT"])
def test_a_folder_that_cannot_be_stops_the_start_with_one_sentence(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "x"
    start = manage("check", **{"VAR_DIR": str(tmp_path), name: str(folder)})
    assert (start.returncode, start.stderr.count("\n")) == (1, 1)
    assert start.stderr.startswith(f"Cannot start: {name} is “{folder}”: ")


def test_a_folder_that_takes_no_file_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    places = {"STATIC_ROOT": str(tmp_path), "MEDIA_ROOT": str(tmp_path)}
    start = manage("check", VAR_DIR="/proc", **places, DATABASE_URL="sqlite:///:memory:")
    assert (start.returncode, start.stderr.count("\n")) == (1, 1)
    assert start.stderr.startswith("Cannot start: VAR_DIR is “/proc”: ")


def test_production_settings_pass_the_deployment_checks(tmp_path: Path) -> None:
    places = {"VAR_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "static")}
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text('{"paths": {}, "version": "1.1"}')
    check = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **places)
    assert check.returncode == 0, check.stderr


def test_several_processes_need_redis(tmp_path: Path) -> None:
    check = manage("check", WEB_CONCURRENCY="2", VAR_DIR=str(tmp_path))
    assert check.returncode == 1
    assert "helpdesk.E001" in check.stderr


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    for _ in range(2):
        assert manage("diffsettings", VAR_DIR=str(tmp_path)).returncode == 0
    key = tmp_path / "secret_key"
    assert len(key.read_text()) > 50
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("secret_key*")] == ["secret_key"]


def test_every_setting_is_documented() -> None:
    named = set(re.findall(r'found\.\w+\(\s*"([A-Z_]+)"', SETTINGS.read_text()))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text()))
    assert named >= {"PORT", "DATABASE_URL", "SECRET_KEY"}
    assert named <= documented


def test_a_worker_needs_a_queue_that_it_can_reach(tmp_path: Path) -> None:
    environment = base_environment() | {"VAR_DIR": str(tmp_path)}
    command = ("-m", "celery", "-A", "helpdesk", "worker")
    worker = libraries().run(*command, environment=environment, within=60)
    assert worker.returncode == 1
    assert "Set REDIS_URL" in worker.stderr
