"""A customer says that a known outage concerns them too: a ticket that is part of its incident."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.choices import Channel, Source
from tickets.errors import NotThere, WrongState
from tickets.models import Outage, Ticket
from tickets.selectors.incidents import own_part
from tickets.services.base import lock
from tickets.services.opening import open_ticket


@transaction.atomic
def join_outage(outage: Outage, *, actor: User, body: str = "", source: str = Source.WEB) -> Ticket:
    """Open a ticket for a customer as part of the major incident behind an outage of a service that
    they use, and return it; the open one that they have already, where there is one.

    Raises NotThere for an outage that is not theirs to read of, WrongState where it is over.
    """
    visible = Outage.objects.visible_to(actor).select_related("service", "ticket__category")
    found = visible.filter(pk=outage.pk, is_void=False).first()
    if found is None:
        raise NotThere("There is no such outage.")
    # Two presses at once: the second finds the ticket of the first. Who only names them goes on.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    known = own_part(actor, found)
    if known is not None:
        return known
    _check_runs(found)
    text, named = body.strip(), {"service": found.service}
    ticket = open_ticket(
        customer=actor,
        actor=actor,
        channel=Channel.API if source == Source.API else Channel.PORTAL,
        source=source,
        subject=(_("%(service)s: this concerns us too") % named)[:250],
        description=text or _("We are affected by the outage of %(service)s as well.") % named,
        category=found.ticket.category,
        part_of=found.ticket,
    )
    # Whoever was ending it just then is done once we hold its lock; only now, so that hundreds who
    # join at once hardly wait for each other.
    lock(found.ticket)
    found.refresh_from_db(fields=("ended_at", "is_void"))
    _check_runs(found)
    return ticket


def _check_runs(outage: Outage) -> None:
    if not outage.is_running:
        raise WrongState(_("This outage is over: tell us what still does not work."))
