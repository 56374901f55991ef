"""Static files: addresses that name the content once they are collected, plain ones before."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed names after `collectstatic`, which `manage.py up` runs at every start.

    Where nothing was collected (tests, runserver) a file keeps its plain name and is served from
    where it lies. A file that is missing from a collection is an error, not a plain name.
    """

    def stored_name(self, name: str) -> str:
        """Return the name to link to."""
        return super().stored_name(name) if self.hashed_files else name
