"""What can be done with a major incident from its page."""

from __future__ import annotations

from accounts.models import User
from tickets.choices import LinkKind
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.services import broadcasting, outages, relating
from tickets.services.base import lock
from tickets.web import outage_forms as forms
from tickets.web.act import Act, Values
from tickets.web.custom_fields import custom_values


def _add_parts(ticket: Ticket, user: User, values: Values) -> object:
    chosen = {each.pk: each for each in (*values["parts"], *values["numbers"])}
    lock(ticket, *chosen.values())
    for _, part in sorted(chosen.items()):
        relating.link(part, other=ticket, kind=LinkKind.CHILD_OF, actor=user)
    return None


def _resolve_all(ticket: Ticket, user: User, values: Values) -> object:
    answer = values["is_l1_capable"]
    return broadcasting.resolve_all(
        ticket,
        actor=user,
        body=values["body"],
        resolution_code=values["resolution_code"],
        is_l1_capable=None if not answer else answer == "yes",
        restored_at=values.get("restored_at"),
        custom=custom_values(values),
    )


OUTAGE_ACTS: tuple[Act, ...] = (
    Act(
        verb=Verb.DECLARE_OUTAGE,
        form=forms.DeclareOutageForm,
        run=lambda ticket, user, values: outages.declare_outage(
            ticket,
            actor=user,
            services=list(values["services"]),
            impact=values["impact"],
            began_at=values["began_at"],
            words=values["words"],
        ),
        title="Declare #{number} a major incident",
        lead="Colleagues and the customers of the service see the outage. Tickets about it can be "
        "made part of this one and answered together.",
        button="Declare it",
        done="#{number} is a major incident.",
    ),
    Act(
        verb=Verb.END_OUTAGE,
        form=forms.EndOutageForm,
        run=lambda ticket, user, values: outages.end_outage(
            ticket,
            actor=user,
            outage=values["outage"],
            ended_at=values["ended_at"],
            words=values["words"],
        ),
        title="Service is restored",
        lead="Availability counts up to this moment. It can be corrected later.",
        button="It is restored",
        done="The outage is over.",
    ),
    Act(
        verb=Verb.CORRECT_OUTAGE,
        form=forms.CorrectOutageForm,
        run=lambda ticket, user, values: outages.correct_outage(ticket, actor=user, **values),
        title="Correct the outage",
        lead="What was said stays in the history; figures follow the correction.",
        button="Correct it",
        done="The outage is corrected.",
    ),
    Act(
        verb=Verb.ANNOUNCE_OUTAGE,
        form=forms.AnnounceForm,
        run=lambda ticket, user, values: outages.announce_outage(ticket, actor=user, **values),
        title="Tell customers how it stands",
        lead="It replaces what they read before. Nobody gets a mail: answer the tickets for that.",
        button="Tell them",
        done="Customers read it now.",
    ),
    Act(
        verb=Verb.LINK,
        name="add-parts",
        form=forms.PartsForm,
        run=_add_parts,
        title="Tickets about the same",
        lead="They become part of #{number}, and can be answered and resolved together with it.",
        button="Make them part of it",
        done="They are part of #{number} now.",
    ),
    Act(
        verb=Verb.REPLY,
        name="answer-all",
        form=forms.AnswerAllForm,
        run=lambda ticket, user, values: broadcasting.answer_all(ticket, actor=user, **values),
        title="Answer all of #{number}",
        lead="{customer} and the customers of all parts get the same answer, each on their own "
        "ticket and by mail.",
        button="Send to all",
        done="Your answer is on its way to all.",
        is_answer=True,
    ),
    Act(
        verb=Verb.REPLY,
        name="resolve-all",
        form=forms.ResolveAllForm,
        run=_resolve_all,
        title="Resolve #{number} and its parts",
        lead="Everybody gets the same words and can say whether it works. Parts that are done "
        "already are left alone.",
        button="Resolve all",
        done="#{number} and its parts are being resolved.",
        is_answer=True,
    ),
)
