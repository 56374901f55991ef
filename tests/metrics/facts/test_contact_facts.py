"""Contacts to resolution, the first contact and follow-ups, worked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from metrics.facts.contacts import ContactFacts
from metrics.facts.followups import LaterTickets, OwnFollowup, later_facts
from tests.metrics.facts.story import MONDAY, OFFICE, Story, days, minutes

SECOND = timedelta(seconds=1)


def contacts(story: Story) -> ContactFacts:
    return story.measured().contacts


def own(story: Story) -> OwnFollowup:
    return story.measured().own_followup


def answered() -> Story:
    """A mail, answered and resolved after an hour."""
    return Story().customer(minutes(0)).agent(minutes(60)).status("resolved", minutes(60))


def test_one_contact_is_enough() -> None:
    facts = contacts(answered())
    assert (facts.contacts, facts.contacts_to_resolution) == (1, 1)
    assert (facts.is_resolved_in_first_contact, facts.is_first_contact_over) == (True, False)


def test_a_second_contact_before_the_resolution_is_one_too_many() -> None:
    story = Story().customer(minutes(0)).agent(minutes(10)).customer(minutes(20))
    facts = contacts(story.status("resolved", minutes(60)))
    assert (facts.contacts_to_resolution, facts.is_resolved_in_first_contact) == (2, False)


def test_a_second_contact_in_the_instant_of_the_resolution_goes_by_the_ledger() -> None:
    before = Story().customer(minutes(0)).agent(minutes(10)).customer(minutes(60))
    assert contacts(before.status("resolved", minutes(60))).contacts_to_resolution == 2
    after = Story().customer(minutes(0)).agent(minutes(10)).status("resolved", minutes(60))
    assert contacts(after.customer(minutes(60))).contacts_to_resolution == 1


def test_only_contacts_before_the_first_resolution_count() -> None:
    story = answered().customer(days(1)).status("in_progress", days(1))
    facts = contacts(story.status("resolved", days(2)))
    assert (facts.contacts, facts.contacts_to_resolution) == (2, 1)
    assert facts.is_resolved_in_first_contact is True


def test_an_open_ticket_is_in_its_first_contact_until_the_second() -> None:
    story = Story().customer(minutes(0)).agent(minutes(10))
    facts = contacts(story)
    assert (facts.contacts_to_resolution, facts.is_resolved_in_first_contact) == (None, None)
    assert not facts.is_first_contact_over
    assert contacts(story.customer(minutes(20))).is_first_contact_over


def test_a_cold_escalation_ends_the_first_contact() -> None:
    story = Story().customer(minutes(0)).move(2, minutes(5))
    assert contacts(story).has_cold_escalation_first
    facts = contacts(story.agent(minutes(60)).status("resolved", minutes(60)))
    assert (facts.contacts_to_resolution, facts.is_resolved_in_first_contact) == (1, False)


def test_a_cold_escalation_after_the_first_resolution_does_not() -> None:
    story = answered().status("in_progress", days(1)).move(2, days(1))
    assert not contacts(story).has_cold_escalation_first


def test_a_live_hand_over_is_a_warm_escalation_inside_the_first_contact() -> None:
    story = Story().call(minutes(0), minutes(30))
    story.move(3, minutes(5), call=story.last_seq).status("resolved", minutes(20))
    facts = contacts(story)
    assert (facts.has_live_hand_over, facts.has_cold_escalation_first) == (True, False)
    assert facts.is_resolved_in_first_contact is True


def test_in_a_later_call_it_is_no_hand_over_of_the_first_contact() -> None:
    story = Story().customer(minutes(0)).call(minutes(10), minutes(30))
    assert not contacts(story.move(3, minutes(15), call=story.last_seq)).has_live_hand_over


def test_without_a_contact_record_nothing_is_known() -> None:
    story = Story(has_contact_record=False).status("resolved", minutes(60))
    facts = contacts(story)
    assert (facts.contacts_to_resolution, facts.is_resolved_in_first_contact) == (None, None)


def test_a_search_before_is_told_in_seconds() -> None:
    story = answered()
    facts = story.measured(self_service_at=MONDAY - timedelta(hours=1)).contacts
    assert facts.self_service_before_seconds == 3600.0
    assert contacts(story).self_service_before_seconds is None


# Follow-ups ---------------------------------------------------------------------------------


def test_nothing_follows() -> None:
    assert own(answered()) == OwnFollowup(own_followup_seconds=None, own_followup_days=None)
    assert own(Story()).own_followup_seconds is None


def test_the_earliest_of_reopen_and_contact_counts() -> None:
    story = answered().customer(days(2)).status("in_progress", days(3))
    assert own(story).own_followup_seconds == (days(2) - minutes(60)).total_seconds()


def test_a_call_of_the_customer_is_a_follow_up_a_call_back_of_ours_is_not() -> None:
    assert own(answered().call(days(1), days(1))).own_followup_days == 1
    back = answered().call(days(1), days(1), direction="outbound")
    assert own(back).own_followup_days is None


def test_acknowledgements_and_notes_follow_nothing() -> None:
    story = answered().customer(minutes(90), is_acknowledgement=True)
    assert own(story.agent(minutes(95))).own_followup_seconds is None


def test_what_is_said_in_the_call_that_resolved_it_is_no_follow_up() -> None:
    story = Story().call(minutes(0), minutes(30)).status("resolved", minutes(20))
    assert own(story.customer(minutes(25))).own_followup_seconds is None
    assert own(story.customer(minutes(30))).own_followup_seconds == 600.0


@pytest.mark.parametrize(
    ("late", "days_needed"), [(-SECOND, 5), (0 * SECOND, 5), (SECOND, 6)], ids=["in", "at", "after"]
)
def test_the_smallest_window_that_holds_it(late: timedelta, days_needed: int) -> None:
    # Resolved on Monday at 11:00; five business days later is the next Monday at 11:00.
    story = answered().call(minutes(60) + timedelta(days=7) + late, None)
    assert own(story).own_followup_days == days_needed


def test_later_tickets_are_measured_from_the_resolution_that_they_follow() -> None:
    later = LaterTickets(linked=days(3), customer=days(1), issue_customer=days(4))
    facts = later_facts(MONDAY, days(2), later, OFFICE)
    assert (facts.linked_followup_seconds, facts.linked_followup_days) == (3 * 86_400.0, 3)
    assert (facts.customer_followup_days, facts.category_followup_days) == (1, None)
    assert facts.next_issue_customer_seconds == 2 * 86_400.0
    assert facts.next_issue_organization_seconds is None


def test_a_ticket_that_is_open_again_has_no_next_issue() -> None:
    facts = later_facts(MONDAY, None, LaterTickets(issue_customer=days(4)), OFFICE)
    assert facts.next_issue_customer_seconds is None
