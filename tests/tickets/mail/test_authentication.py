"""Who vouches for a sender, and whose word counts."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import letter, mail_of
from tickets.mail.authentication import Verdict, authenticate, is_aligned
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail

OURS = frozenset({"mx.desk.example"})


def received(*headers: str, sender: str = "ada@example.com") -> ParsedMail:
    head = "".join(f"{header}\n" for header in headers)
    return parse_mail(f"{head}From: {sender}\nMessage-ID: <1@example.com>\n\nHello\n".encode())


def results(value: str, server: str = "mx.desk.example") -> str:
    return f"Authentication-Results: {server}; {value}"


def judge(*headers: str, sender: str = "ada@example.com") -> tuple[Verdict, str]:
    found = authenticate(received(*headers, sender=sender), authserv_ids=OURS)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("value", "verdict", "reason"),
    [
        ("dmarc=pass header.from=example.com", Verdict.PASS, "dmarc"),
        ("dmarc=pass (p=reject dis=none) header.from=example.com", Verdict.PASS, "dmarc"),
        ("dmarc=fail header.from=example.com; spf=pass smtp.mailfrom=example.com", "fail", "dmarc"),
        ("dmarc=pass header.from=other.example", Verdict.NONE, ""),
        ("dmarc=pass", Verdict.NONE, ""),
        ("dkim=pass header.d=example.com", Verdict.PASS, "dkim"),
        ("dkim=pass header.i=@mail.example.com", Verdict.PASS, "dkim"),
        ("dkim=pass header.d=evil.example", Verdict.NONE, ""),
        ("dkim=fail header.d=example.com; spf=pass smtp.mailfrom=x@example.com", "pass", "spf"),
        ("dkim=fail header.d=example.com; dkim=pass header.d=example.com", "pass", "dkim"),
        ("spf=pass smtp.mailfrom=bounce@mail.example.com", Verdict.PASS, "spf"),
        ("spf=pass smtp.mailfrom=bounce@evil.example", Verdict.NONE, ""),
        ("spf=pass smtp.helo=example.com", Verdict.NONE, ""),
        ("spf=fail smtp.mailfrom=example.com", Verdict.FAIL, "spf"),
        ("spf=softfail smtp.mailfrom=example.com", Verdict.NONE, ""),
        ("dmarc=none header.from=example.com; dkim=pass header.d=example.com", "pass", "dkim"),
        ("none", Verdict.NONE, ""),
        ("iprev=pass policy.iprev=192.0.2.1", Verdict.NONE, ""),
    ],
)
def test_each_result_counts_for_the_domain_it_is_about(value, verdict, reason):
    assert judge(results(value)) == (verdict, reason)


def test_a_header_folded_and_commented_is_read():
    value = (
        "Authentication-Results: MX.desk.example 1 (comment; dkim=fail);\n"
        '\tdkim=pass (2048-bit; "key") reason="good; really" header.d=example.com;\n'
        " spf=none smtp.mailfrom=example.com"
    )
    found = authenticate(received(value), authserv_ids=OURS)
    assert [(each.method, each.result) for each in found.results] == [
        ("dkim", "pass"),
        ("spf", "none"),
    ]
    assert found.verdict is Verdict.PASS


def test_what_an_unknown_server_says_counts_nothing():
    assert judge(results("dmarc=pass header.from=example.com", "mx.evil.example")) == ("none", "")


def test_nothing_counts_below_what_an_unknown_server_says():
    assert judge(
        results("spf=none", "mx.evil.example"),
        results("dmarc=pass header.from=example.com"),
    ) == ("none", "")


def test_our_name_below_where_the_mail_came_in_was_written_by_the_sender():
    assert judge(
        results("spf=none smtp.mailfrom=example.com"),
        "Received: from evil.example by mx.desk.example",
        results("dmarc=pass header.from=example.com"),
    ) == ("none", "")


def test_several_headers_of_one_server_count_together():
    assert judge(
        "Received: by inner.desk.example",
        results("spf=fail smtp.mailfrom=example.com"),
        results("dkim=pass header.d=example.com"),
        "Received: from mail.example.com by mx.desk.example",
    ) == ("pass", "dkim")


def test_several_servers_of_ours_count():
    headers = (
        results("spf=none", "inner.desk.example"),
        "Received: by inner.desk.example",
        results("dmarc=pass header.from=example.com"),
    )
    found = authenticate(received(*headers), authserv_ids={"inner.desk.example", *OURS})
    assert found.verdict is Verdict.PASS


def test_a_server_without_name_counts_only_where_it_is_listed():
    header = "Authentication-Results: spf=none; dmarc=pass header.from=example.com"
    assert judge(header) == ("none", "")
    assert authenticate(received(header), authserv_ids={""}).verdict is Verdict.PASS


def test_of_several_senders_none_is_believed():
    header = results("dmarc=pass header.from=example.com")
    assert judge(header, sender="ada@example.com, eve@evil.example") == ("none", "many_from")
    assert judge(header, sender="<ada@example.com> <eve@evil.example>") == ("none", "many_from")
    assert judge(header, sender="nobody") == ("none", "no_from")


def test_a_mail_without_results_is_nobodys():
    found = authenticate(letter("plain"), authserv_ids=OURS)
    assert (found.verdict, found.results) == (Verdict.NONE, ())


@pytest.mark.parametrize(
    ("first", "second", "aligned"),
    [
        ("example.com", "example.com", True),
        ("mail.example.com", "example.com", True),
        ("mail.example.com", "news.example.com", True),
        ("EXAMPLE.com.", "example.com", True),
        ("example.co.uk", "other.co.uk", False),
        ("one.github.io", "two.github.io", False),
        ("github.io", "github.io", False),
        ("badexample.com", "example.com", False),
        ("example.com.evil.example", "example.com", False),
        ("com", "com", False),
        ("", "", False),
    ],
)
def test_domains_of_one_organization(first, second, aligned):
    assert is_aligned(first, second) is aligned


@pytest.mark.parametrize("sign", ["(", '"', ";", "\\", "a=b ", '";'])
def test_a_header_that_never_ends_ends(sign):
    mail = mail_of(authentication_results="mx.desk.example; " + sign * 15_000)
    assert authenticate(mail, authserv_ids=OURS).verdict is Verdict.NONE
