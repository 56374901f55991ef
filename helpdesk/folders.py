"""Folders that the environment names, made at the start so that a wrong one is told there."""

from __future__ import annotations

from pathlib import Path

from helpdesk.variables import WrongValue


def made(name: str, path: Path) -> Path:
    """Return the folder of a variable, made where it is not there yet. Raises WrongValue where it
    cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = f"no folder can be made there ({error.strerror}). Left out, it lies in VAR_DIR."
        raise WrongValue(name, str(path), remedy) from None
    return path
