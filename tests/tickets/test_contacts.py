"""What counts as one contact: docs/definitions.md, “What is one contact?”, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tickets.contacts import ContactSpan, derive_contacts

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Said:
    """A message as contacts see it."""

    pk: int
    occurred_at: datetime
    author_capacity: str = "customer"
    seq: int = 0
    visibility: str = "public"
    channel: str = "email"
    is_machine: bool = False
    is_acknowledgement: bool = False


@dataclass(frozen=True)
class Call:
    """A live contact as contacts see it."""

    pk: int
    occurred_at: datetime
    seq: int = 0
    channel: str = "phone"
    direction: str = "inbound"


def asks(pk: int, minute: float, **fields: object) -> Said:
    return Said(pk, at(minute), seq=pk, **fields)  # type: ignore[arg-type]


def answers(pk: int, minute: float, **fields: object) -> Said:
    return Said(pk, at(minute), "agent", seq=pk, **fields)  # type: ignore[arg-type]


def contacts(
    *said: Said,
    calls: tuple[Call, ...] = (),
    ended: dict[int, datetime] | None = None,
    voided_messages: frozenset[int] = frozenset(),
    voided_contacts: frozenset[int] = frozenset(),
) -> tuple[ContactSpan, ...]:
    return derive_contacts(
        said,
        calls,
        ended=ended or {},
        voided_messages=voided_messages,
        voided_contacts=voided_contacts,
    )


def spans(found: tuple[ContactSpan, ...]) -> list[tuple[datetime, datetime | None]]:
    return [(span.started_at, span.ended_at) for span in found]


def test_nothing_said_is_no_contact() -> None:
    assert contacts() == ()


def test_a_written_contact_ends_with_the_last_answer() -> None:
    (one,) = contacts(asks(1, 0), answers(2, 30), answers(3, 40))
    assert (one.number, one.started_at, one.ended_at) == (1, at(0), at(40))
    assert (one.message_pks, one.is_live, one.is_by_customer) == ((1, 2, 3), False, True)


def test_two_messages_before_the_answer_are_one_contact() -> None:
    assert spans(contacts(asks(1, 0), asks(2, 10), answers(3, 30))) == [(at(0), at(30))]


def test_an_unanswered_contact_has_no_end() -> None:
    assert spans(contacts(asks(1, 0), asks(2, 10))) == [(at(0), None)]


def test_writing_again_after_the_answer_is_another_contact() -> None:
    found = contacts(asks(1, 0), answers(2, 30), asks(3, 60), answers(4, 70))
    assert spans(found) == [(at(0), at(30)), (at(60), at(70))]
    assert [span.number for span in found] == [1, 2]


def test_what_an_agent_writes_first_opens_no_contact() -> None:
    assert spans(contacts(answers(1, 0), asks(2, 10))) == [(at(10), None)]


def test_notes_and_machines_are_never_contacts_nor_answers() -> None:
    found = contacts(
        asks(1, 0),
        answers(2, 10, visibility="private"),
        answers(3, 11, is_machine=True),
        Said(4, at(12), "system", seq=4, is_machine=True),
        asks(5, 20, is_machine=True),
        asks(6, 30),
    )
    assert spans(found) == [(at(0), None)]


def test_an_acknowledgement_opens_no_contact() -> None:
    known = asks(3, 60, is_acknowledgement=True)
    assert len(contacts(asks(1, 0), answers(2, 30), known)) == 1


def test_marked_later_it_is_taken_back() -> None:
    said = (asks(1, 0), answers(2, 30), asks(3, 60))
    assert len(contacts(*said)) == 2
    assert len(contacts(*said, voided_messages=frozenset({3}))) == 1


def test_every_call_is_a_contact() -> None:
    calls = (Call(1, at(0)), Call(2, at(60), direction="outbound"))
    found = contacts(calls=calls, ended={1: at(10)})
    assert spans(found) == [(at(0), at(10)), (at(60), None)]
    assert [span.live_pk for span in found] == [1, 2]
    assert [span.is_by_customer for span in found] == [True, False]


def test_a_call_about_a_mail_is_a_contact_and_answers_it() -> None:
    found = contacts(asks(1, 0), asks(4, 60), calls=(Call(1, at(30), seq=2),), ended={1: at(40)})
    assert spans(found) == [(at(0), at(30)), (at(30), at(40)), (at(60), None)]


def test_what_is_written_during_a_call_belongs_to_it() -> None:
    call = Call(1, at(0), seq=1)
    found = contacts(asks(2, 5), answers(3, 6), calls=(call,), ended={1: at(10)})
    assert [span.message_pks for span in found] == [(2, 3)]


def test_a_description_typed_as_the_call_begins_belongs_to_it() -> None:
    found = contacts(asks(1, 0), calls=(Call(1, at(0), seq=2),), ended={1: at(10)})
    assert [(span.is_live, span.message_pks) for span in found] == [(True, (1,))]


def test_a_message_at_the_end_of_a_call_comes_after_it() -> None:
    found = contacts(asks(2, 10), calls=(Call(1, at(0), seq=1),), ended={1: at(10)})
    assert [span.is_live for span in found] == [True, False]


def test_a_call_of_no_length_holds_its_moment() -> None:
    found = contacts(asks(2, 0), calls=(Call(1, at(0), seq=1),), ended={1: at(0)})
    assert len(found) == 1


def test_a_call_entered_later_stands_when_it_was() -> None:
    late = Call(1, at(20), seq=9)
    found = contacts(asks(1, 0), asks(2, 30), calls=(late,), ended={1: at(25)})
    assert [(span.started_at, span.is_live) for span in found] == [
        (at(0), False),
        (at(20), True),
        (at(30), False),
    ]


def test_a_call_that_did_not_happen_leaves_no_trace() -> None:
    found = contacts(
        asks(1, 0),
        answers(3, 30),
        calls=(Call(1, at(10), seq=2),),
        ended={1: at(20)},
        voided_contacts=frozenset({1}),
    )
    assert spans(found) == [(at(0), at(30))]
