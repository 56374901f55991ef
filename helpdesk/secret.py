"""The key of a desk that nobody configured: made once, kept in var/, for its owner's eyes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from helpdesk.variables import WrongValue


def stored_key(path: Path) -> str:
    """Return the key kept in `path`; make it first where there is none.

    Safe when several processes start at once: the file appears whole (a link to a finished file),
    and whoever comes second reads what the first one made. Raises WrongValue where the folder
    takes no file.
    """
    try:
        if not path.exists():
            _make(path)
        return path.read_text().strip()
    except OSError as error:
        remedy = f"the desk cannot keep its own key there ({error.strerror}). Or set SECRET_KEY."
        raise WrongValue("VAR_DIR", str(path.parent), remedy) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first: its key counts.
    finally:
        draft.unlink()
