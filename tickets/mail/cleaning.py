"""A mail's HTML made fit for the page of an agent: nothing that runs, loads, submits or tracks."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import nh3

from tickets.mail.markup import CLEAN_TAG, DROPPED, HIDING, bounded, names

TAGS: Final = names(
    "a abbr b blockquote br caption cite code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins"
    " kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr"
    " tt u ul"
)
HIDDEN: Final = re.compile(r"(?i)\sstyle=\"[^\"]*(?:display:\s*none|visibility:\s*hidden)[^\"]*\"")
STYLE: Final = re.compile(r"\sstyle=\"[^\"]*\"")
SOURCE: Final = re.compile(r"\ssrc=\"([^\"]*)\"")
ALT: Final = re.compile(r"\salt=\"([^\"]*)\"")
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={
        "*": {"dir", "style"},
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    filter_style_properties=set(HIDING),
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """HTML that may stand on a page as it is, and how many images from other hosts it lost."""

    html: str
    remote_images: int


def clean_html(markup: str, *, cid_url: Callable[[str], str | None]) -> CleanHtml:
    """Return a mail's HTML cleaned.

    `cid_url` takes a content id without brackets and returns the address of that attachment, or
    None; images from anywhere else become their alternative text. No style is left: what the
    sender hid by one carries `hidden`. Links open a new page that learns nothing of this one.
    """
    remote = 0

    def finish(tag: re.Match[str]) -> str:
        nonlocal remote
        name, attributes = tag[1], tag[2]
        if name != "img":
            return f"<{name}{_plain(attributes)}>"
        source = SOURCE.search(attributes)
        address = html.unescape(source[1]) if source else ""
        is_own = address.lower().startswith("cid:")
        remote += bool(address) and not is_own
        found = cid_url(unquote(address[4:])) if is_own else None
        return _image(found, ALT.search(attributes))

    clean = CLEAN_TAG.sub(finish, _CLEANER.clean(bounded(markup)))
    return CleanHtml(clean, remote)


def _plain(attributes: str) -> str:
    """Turn what hides an element into `hidden`, which needs no style."""
    hidden = " hidden" if HIDDEN.search(attributes) else ""
    return STYLE.sub("", attributes) + hidden


def _image(address: str | None, alt: re.Match[str] | None) -> str:
    words = alt[1] if alt else ""
    if address:
        return f'<img src="{html.escape(address)}" alt="{words}">'
    return f"[{words}]" if words.strip() else ""
