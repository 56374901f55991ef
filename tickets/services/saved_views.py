"""Commands on saved views: keep, change, share, put in order, remove and bring back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from tickets import access
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import SavedView

MOST = 30
LONGEST = 80
# Nobody undoes after a day: then what was removed is deleted with the next one.
KEPT_REMOVED = timedelta(days=1)

Labels = Mapping[str, Mapping[str, str]]


@transaction.atomic
def save_view(
    name: str, *, query: str, labels: Labels, actor: User, team: Team | None = None
) -> SavedView:
    """Keep a list for the actor, and for a team that they may share with; it comes last. Raises
    InvalidInput or NotAllowed."""
    own = _own(actor)
    if len(own) >= MOST:
        raise InvalidInput(f"You have {MOST} views: remove one that you need no more.")
    _check_team(actor, team)
    last = max((view.position for view in own), default=-1)
    return SavedView.objects.create(
        owner=actor,
        team=team,
        name=_check_name(name, owner=actor),
        query=query,
        labels=labels,
        position=last + 1,
    )


@transaction.atomic
def rename_view(view: SavedView, *, name: str, team: Team | None, actor: User) -> SavedView:
    """Give a view another name, and share it with another team or (None) with nobody."""
    _check_right(view, actor)
    if team != view.team:
        _check_team(actor, team)
    view.name, view.team = _check_name(name, owner=view.owner, but=view), team
    view.save(update_fields=["name", "team"])
    return view


def update_view(view: SavedView, *, query: str, labels: Labels, actor: User) -> SavedView:
    """Let a view mean another list."""
    _check_right(view, actor)
    view.query, view.labels = query, dict(labels)
    view.save(update_fields=["query", "labels"])
    return view


@transaction.atomic
def move_view(view: SavedView, *, is_up: bool, actor: User) -> list[SavedView]:
    """Put one of the actor's own views a place higher or lower and return them all in order; at an
    end it stays."""
    if view.owner_id != actor.pk:
        raise NotAllowed("Only its owner puts a view in order.")
    own = _own(actor)
    here = own.index(view)
    there = here - 1 if is_up else here + 1
    if 0 <= there < len(own):
        own[here], own[there] = own[there], own[here]
    for position, each in enumerate(own):
        each.position = position
    SavedView.objects.bulk_update(own, ["position"])
    return own


@transaction.atomic
def remove_view(view: SavedView, *, actor: User) -> SavedView:
    """Take a view away from everybody; `restore_view` brings it back within a day."""
    _check_right(view, actor)
    now = timezone.now()
    SavedView.objects.filter(removed_at__lt=now - KEPT_REMOVED).delete()
    view.removed_at = now
    view.save(update_fields=["removed_at"])
    return view


@transaction.atomic
def restore_view(view: SavedView, *, actor: User) -> SavedView:
    """Bring a removed view back, where it stood. Raises InvalidInput where its name was taken."""
    _check_right(view, actor)
    _check_name(view.name, owner=view.owner, but=view)
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    return view


def _own(owner: User) -> list[SavedView]:
    """The owner's views in order, locked: two windows cannot give one place twice."""
    rows = SavedView.objects.select_for_update().filter(owner=owner, removed_at__isnull=True)
    return list(rows)


def _check_right(view: SavedView, actor: User) -> None:
    if not access.may_change_view(actor, view):
        raise NotAllowed("This view is its owner’s: save one of your own.")


def _check_team(actor: User, team: Team | None) -> None:
    if team is not None and not access.teams_to_share_with(actor).filter(pk=team.pk).exists():
        words = f"Only those who lead {team} share views with it."
        raise InvalidInput(words, fields={"team": words})


def _check_name(name: str, *, owner: User, but: SavedView | None = None) -> str:
    """Return the name, stripped. Raises InvalidInput where it is none, too long or taken."""
    text = " ".join(name.split())
    others = SavedView.objects.filter(owner=owner, name=text, removed_at__isnull=True)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if not 0 < len(text) <= LONGEST:
        words = f"Give it a name of at most {LONGEST} characters."
    elif others.exists():
        words = f"There is a view called “{text}” already: choose another name."
    else:
        return text
    raise InvalidInput(words, fields={"name": words})
