"""HTML read as text: what a person would have typed."""

from __future__ import annotations

import pytest

from tickets.mail.readable import to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Hello<br>there", "Hello\nthere"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>", "One\nTwo"),
        ("  many \n\n blanks&nbsp;here ", "many blanks\xa0here"),
        ("<h1>Title</h1>Text", "Title\n\nText"),
        ("<pre>  keeps\n    blanks</pre>", "  keeps\n    blanks"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("One<hr>Two", "One\n--------------------\nTwo"),
    ],
)
def test_lines_are_where_they_are_seen(markup, text):
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n  - b"),
        ("<ul><li>a<br>b</li></ul>", "- a\n  b"),
    ],
)
def test_lists_keep_their_marks(markup, text):
    assert to_text(markup) == text


def test_quotes_are_marked_as_deep_as_they_are():
    markup = "<p>Yes.</p><blockquote>Is it?<blockquote>Hot.</blockquote></blockquote>"
    assert to_text(markup) == "Yes.\n\n> Is it?\n>\n> > Hot."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://example.com/x">the page</a>', "the page <https://example.com/x>"),
        ('<a href="https://example.com/">https://example.com</a>', "https://example.com"),
        ('<a href="https://example.com">example.com</a>', "example.com"),
        ('<a href="mailto:ada@example.com?subject=x">ada@example.com</a>', "ada@example.com"),
        ('<a href="mailto:ada@example.com">Ada</a>', "Ada <ada@example.com>"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://example.com"></a>', ""),
        ('<a href="https://e.example"><img alt="Logo" src=x></a>', "[Logo] <https://e.example>"),
    ],
)
def test_links_say_where_they_lead(markup, text):
    assert to_text(markup) == text


def test_a_table_of_data_has_a_line_for_each_row():
    markup = (
        "<table><tr><th>Tray</th><th>Sheets</th></tr><tr><td><p>1</p></td><td>20</td></tr></table>"
    )
    assert to_text(markup) == "Tray | Sheets\n1 | 20"


def test_a_table_for_the_layout_is_read_cell_by_cell():
    markup = "<table><tr><td><p>Logo</p><p>Menu</p></td><td>Text</td></tr></table>"
    assert to_text(markup) == "Logo\n\nMenu\nText"


@pytest.mark.parametrize(
    "markup",
    [
        "<style>p {color: red}</style>Seen",
        "<script>alert(1)</script>Seen",
        "<title>Mail</title>Seen",
        "<!-- no --><!--[if mso]>no<![endif]-->Seen",
        '<div style="display:none">no<p>no</p></div>Seen',
        '<span style="DISPLAY : none; color: red">no<br><img alt="no"></span>Seen',
        "<select><option>no</option></select><textarea>no</textarea>Seen",
        "<xml><o:p>no</o:p></xml>Seen",
    ],
)
def test_only_what_is_seen_is_read(markup):
    assert to_text(markup) == "Seen"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "Seen",
        "<blockquote>" * 300 + "Seen<br>" * 1000,
        "<ul><li>" * 300 + "Seen",
        "<table><tr><td>" * 300 + "Seen",
        "<b><i><p>" * 5000 + "Seen",
    ],
)
def test_html_inside_html_ends(markup):
    assert "Seen" in to_text(markup)
