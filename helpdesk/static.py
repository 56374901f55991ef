"""Static files: addresses that name the content once they are collected, plain ones before."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashed names, kept by browsers for ever, after `collectstatic`.

    Where nothing was collected (`manage.py up` on one machine, tests) a file keeps its plain name
    and is served from where it lies. A file that a collection lacks is an error.
    """

    def stored_name(self, name: str) -> str:
        """Return the name to link to."""
        return str(super().stored_name(name)) if self.hashed_files else name
