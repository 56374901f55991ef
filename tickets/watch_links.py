"""Links by which somebody who watches a ticket says what they are mailed of it, without a sign-in.

The signature depends on the ticket's `access_key`: a new key makes every earlier link useless. It
has no time limit, as the way out of mails must stay open in old ones.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from tickets.models import Watcher
from tickets.portal_links import SEPARATOR, LinkInvalid, number_in_token

SALT = "tickets.watch_links"


def watch_url(watcher: Watcher) -> str:
    """Return the address, from the site's root, of the page with the choice."""
    return reverse("watch", args=[_signer(watcher).sign(str(watcher.pk))])


def watch_stop_url(watcher: Watcher) -> str:
    """Return the address that ends all mails of the ticket by one POST."""
    return reverse("watch_stop", args=[_signer(watcher).sign(str(watcher.pk))])


def open_watch_link(token: str) -> Watcher:
    """Return who a link is for, with ticket and person. Raises LinkInvalid; what is made up or
    taken back looks the same."""
    watchers = Watcher.objects.select_related("ticket", "user")
    watcher = watchers.filter(pk=number_in_token(token)).first()
    if watcher is None:
        raise LinkInvalid
    try:
        _signer(watcher).unsign(token)
    except BadSignature as error:
        raise LinkInvalid from error
    return watcher


def _signer(watcher: Watcher) -> Signer:
    return Signer(salt=f"{SALT}.{watcher.ticket.access_key.hex}", sep=SEPARATOR)
