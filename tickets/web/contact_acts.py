"""Acts on what the customer and the desk say to each other elsewhere: live contacts, and words that
came by a way that the desk does not read."""

from __future__ import annotations

from accounts.models import User
from tickets import access
from tickets.lifecycle import Verb
from tickets.models import Contact, Message, Ticket
from tickets.services import contacting, talking
from tickets.web import contact_forms
from tickets.web.act import Act, Values, own_row


def _customer_wrote(ticket: Ticket, user: User, values: Values) -> Message | Ticket:
    at = values.get("at")
    access.require_dating(user, Verb.CUSTOMER_REPLY, at=at)
    return talking.reply_as_customer(
        ticket,
        actor=user,
        at=at,
        body=values["body"],
        channel=values["channel"],
        is_acknowledgement=values["is_acknowledgement"],
    )


CONTACT_ACTS: tuple[Act, ...] = (
    Act(
        verb=Verb.START_CONTACT,
        form=contact_forms.StartContactForm,
        run=lambda ticket, user, values: contacting.start_contact(
            ticket, actor=user, channel=values["channel"], direction=values["direction"]
        ),
        title="Start a live contact on #{number}",
        lead="A timer runs until you end it. It counts as one contact, however many join.",
        button="Start",
        done="The contact runs.",
    ),
    Act(
        verb=Verb.JOIN_CONTACT,
        run=lambda ticket, user, values: contacting.join_contact(ticket, actor=user),
        done="You are on the line.",
    ),
    Act(
        verb=Verb.END_CONTACT,
        form=contact_forms.EndContactForm,
        run=lambda ticket, user, values: contacting.end_contact(
            ticket, actor=user, note=values["note"]
        ),
        title="End the live contact",
        lead="The customer does not read the note.",
        button="End it",
        done="The contact has ended.",
    ),
    Act(
        verb=Verb.LOG_CONTACT,
        form=contact_forms.LogContactForm,
        run=lambda ticket, user, values: contacting.log_contact(ticket, actor=user, **values),
        title="Log a contact that is over",
        button="Log it",
        done="The contact is logged.",
    ),
    Act(
        verb=Verb.VOID_CONTACT,
        form=contact_forms.VoidContactForm,
        run=lambda ticket, user, values: contacting.void_contact(
            ticket,
            actor=user,
            contact=own_row(Contact, ticket, values["contact"]),
            note=values["note"],
        ),
        title="Take a contact back",
        lead="It did not happen, or was logged twice. The row stays and counts no more.",
        button="Take it back",
        done="The contact counts no more.",
    ),
    Act(
        verb=Verb.CUSTOMER_REPLY,
        name="customer-wrote",
        form=contact_forms.CustomerWroteForm,
        run=_customer_wrote,
        title="{customer} wrote elsewhere",
        lead="As if they had written here: a waiting ticket goes on, a resolved one is open again.",
        button="Keep it",
        done="The words of {customer} are kept.",
    ),
)
