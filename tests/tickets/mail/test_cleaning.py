"""A mail's HTML on an agent's page: nothing runs, nothing is loaded, nothing tells the sender."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.tickets.mail.reading import letter
from tickets.mail.cleaning import TAGS, clean_html


def cleaned(markup: str) -> str:
    return clean_html(markup, cid_url=lambda identity: f"/files/{identity}").html


def test_what_people_write_stays():
    markup = '<p dir="rtl">Hello <b>you</b></p><ul><li>one</li></ul><pre>x</pre>'
    assert cleaned(markup) == markup
    table = '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    assert cleaned(table) == table


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<style>@import url(https://evil.example/x.css)</style>",
        "<iframe src=https://evil.example></iframe>",
        "<object data=https://evil.example></object>",
        "<embed src=https://evil.example>",
        "<link rel=stylesheet href=https://evil.example>",
        "<base href=https://evil.example>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<svg><image href=https://evil.example /><script>alert(1)</script></svg>",
        "<video src=https://evil.example poster=https://evil.example></video>",
        "<audio src=https://evil.example></audio>",
        "<input type=image src=https://evil.example>",
        "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
        "<template><img src=https://evil.example></template>",
        "<noscript><img src=https://evil.example></noscript>",
        "<!--[if gte mso 9]><img src=https://evil.example><![endif]-->",
        "<select><option>x</option></select>",
        "<button formaction=https://evil.example>x</button>",
        "<textarea>x</textarea>",
    ],
)
def test_what_runs_or_loads_is_gone(markup):
    assert cleaned(f"{markup}") in ("", "[]")


@pytest.mark.parametrize(
    "markup",
    [
        "<p onclick=alert(1)>x</p>",
        '<p style="background:url(https://evil.example)">x</p>',
        '<p class="x" id="y" data-z="1">x</p>',
        "<p background=https://evil.example>x</p>",
    ],
)
def test_what_attributes_do_is_gone(markup):
    assert cleaned(markup) == "<p>x</p>"


def test_a_form_leaves_its_words():
    assert cleaned("<form action=https://evil.example><p>Your name</p><input></form>") == (
        "<p>Your name</p>"
    )


def test_images_from_elsewhere_are_their_words_and_counted():
    markup = (
        '<p>a<img src="https://t.example/1.gif" width=1><img src="//t.example/2" alt="Logo"></p>'
    )
    found = clean_html(markup, cid_url=lambda identity: None)
    assert found.html == "<p>a[Logo]</p>"
    assert found.remote_images == 1


@pytest.mark.parametrize(
    "source", ["data:image/png;base64,AAAA", "file:///x", "javascript:alert(1)", "/static/x.png"]
)
def test_images_from_nowhere_are_gone(source):
    assert cleaned(f'<img src="{source}">') == ""


def test_an_attached_image_stands_in_its_place():
    mail = letter("alternative-related-mixed")
    urls = {each.content_id: "/files/7" for each in mail.attachments if each.content_id}
    found = clean_html(mail.html or "", cid_url=urls.get)
    assert '<img src="/files/7" alt="printer">' in found.html
    assert found.remote_images == 0


def test_an_unknown_content_id_shows_its_words():
    assert clean_html('<img src="cid:x" alt="A > B">', cid_url=lambda _: None).html == "[A &gt; B]"


def test_the_address_of_an_image_cannot_break_out():
    found = clean_html('<img src="cid:x">', cid_url=lambda _: '"><script>alert(1)</script>')
    assert "<script" not in found.html


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.com/?a=1&amp;b=2", True),
        ("mailto:ada@example.com", True),
        ("tel:+3112345", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("/tickets/1/close", False),
        ("//evil.example", False),
    ],
)
def test_links_lead_out_and_tell_nothing(href, kept):
    markup = cleaned(f'<a href="{href}" ping="https://evil.example" target="_top">x</a>')
    assert ("href=" in markup) == kept
    assert 'rel="nofollow noopener noreferrer"' in markup
    assert 'target="_blank"' in markup
    assert "evil.example" not in markup


def test_what_the_sender_hid_stays_hidden_without_a_style():
    assert cleaned('<div style="color:red;display:none">x</div>') == "<div hidden>x</div>"
    assert cleaned('<p>style="display:none"</p>') == '<p>style="display:none"</p>'


def test_html_that_nests_beyond_reason_is_its_text():
    assert cleaned("<div>" * 60_000 + "Seen").strip() == "Seen"


PIECES = (
    "<p> </p> <a href= 'javascript:x' \" ' > < <img src=cid:x onerror=alert(1)> <svg> <style> "
    "<math> </style> <!-- --> <script> &lt; &#x3c; <table> <td style=display:none> x \0 <b/ "
    "<iframe> <select> ]]> <![CDATA[ <form> <noscript> <title> <template>"
)
HARMLESS = "href src alt rel target dir hidden start colspan rowspan"
TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[a-z-]+(?:=\"[^\"<>]*\")?)*)>")


@settings(max_examples=examples(100))
@given(st.lists(st.sampled_from(PIECES.split()), max_size=25))
def test_whatever_is_thrown_at_it_only_known_elements_are_left(pieces):
    markup = cleaned(" ".join(pieces))
    for name, attributes in TAG.findall(markup):
        assert name in TAGS
        plain = re.sub(r'"[^"]*"', "", attributes)
        assert set(re.findall(r"[a-z-]+", plain)) <= set(HARMLESS.split())
    left = re.sub(r"</[a-z0-9]+>", "", TAG.sub("", markup))
    assert "<" not in left
    assert "javascript:" not in "".join(attributes for _, attributes in TAG.findall(markup))
