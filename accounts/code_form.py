"""The form for a code that was mailed: digits, and the keyboard for them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Takes the code as people copy it, with spaces around or within."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        """Compare without spaces."""
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return str(super().clean_code())
