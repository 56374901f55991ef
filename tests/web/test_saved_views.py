"""Saved views: a list under a name, one's own or the team's, that survives what it asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Team, User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Category, SavedView
from tickets.selectors.saved_views import views_of
from tickets.services import saved_views as commands


def keep(
    user: User, name: str = "Network, high", query: str = "view=open&level=1", **more: Any
) -> Any:
    return commands.save_view(name, query=query, labels={}, actor=user, **more)


def names(client: Client) -> list[str]:
    """The saved views beside the queue, with their counts."""
    page = client.get(reverse("queue"))
    return [saved.row.name for saved in page.context["saved"]]


def listed(client: Client, url: str) -> list[int]:
    return [row.ticket.pk for row in client.get(url).context["page"].rows]


def change(client: Client, view: SavedView, act: str, **values: str) -> Any:
    url = reverse("change_view", kwargs={"pk": view.pk})
    return client.post(url, {"act": act, **values}, follow=True)


# Saving -------------------------------------------------------------------------------------------


def test_what_is_shown_is_saved_under_a_name(cast: Cast, sign_in: SignIn) -> None:
    high = new_ticket(cast, category=cast.category)
    new_ticket(cast)
    client = sign_in(cast.agent)
    address = f"view=open&sort=newest&category={cast.category.pk}"
    assert "Save view" in client.get(f"/queue/?{address}").content.decode()
    dialog = client.get(f"/queue/views/new/?{address}", headers={"HX-Request": "true"})
    assert "category Network › VPN" in dialog.content.decode()
    query = dialog.context["query"]
    answer = client.post("/queue/views/new/", {"name": " VPN,  open ", "query": query})
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.team) == ("VPN, open", cast.agent, None)
    assert view.labels == {"category": {str(cast.category.pk): "Network › VPN"}}
    page = client.get(answer["Location"])
    assert [row.ticket.pk for row in page.context["page"].rows] == [high.pk]
    assert page.context["title"] == "VPN, open"
    assert page.context["counts"][f"saved_{view.pk}"] == 1
    assert names(sign_in(cast.second_agent)) == []


def test_a_plain_view_needs_no_saving(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.agent).get("/queue/?view=open").content.decode()
    assert "Save view" not in page


@pytest.mark.parametrize(
    ("name", "words"), [("", "Give it a name"), ("x" * 81, "80"), ("Mine", "already")]
)
def test_a_name_that_will_not_do_is_kept_as_typed(
    cast: Cast, sign_in: SignIn, name: str, words: str
) -> None:
    keep(cast.agent, "Mine")
    keep(cast.second_agent, "Theirs")
    values = {"name": name, "query": "view=open&level=2"}
    answer = sign_in(cast.agent).post("/queue/views/new/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "view=open&amp;level=2" in page
    assert SavedView.objects.count() == 2


def test_nobody_hoards_views(cast: Cast) -> None:
    for number in range(commands.MOST):
        keep(cast.agent, f"View {number}")
    with pytest.raises(InvalidInput, match="remove one"):
        keep(cast.agent, "One more")


def test_a_link_shows_the_same_to_a_colleague_who_has_no_such_view(
    cast: Cast, sign_in: SignIn
) -> None:
    one, two = new_ticket(cast), new_ticket(cast, team=cast.l2)
    view = keep(cast.agent, query="view=open&level=2")
    url = f"/queue/?view=open&level=2&saved={view.pk}"
    for person in (cast.agent, cast.second_agent):
        assert listed(sign_in(person), url) == [two.pk]
    assert one.pk in listed(sign_in(cast.agent), "/queue/?view=open")
    assert sign_in(cast.second_agent).get(url).context["title"] == "Open"


# Changing -----------------------------------------------------------------------------------------


def test_a_view_that_is_narrowed_further_says_so_and_can_be_updated(
    cast: Cast, sign_in: SignIn
) -> None:
    view, client = keep(cast.agent, query="view=open&level=1"), sign_in(cast.agent)
    same = client.get(f"/queue/?view=open&level=1&saved={view.pk}")
    assert not same.context["is_changed"]
    url = f"/queue/?view=open&level=1&status=new&saved={view.pk}"
    page = client.get(url)
    assert page.context["is_changed"]
    assert "Update “Network, high”" in page.content.decode()
    change(client, view, "update", query=page.context["meaning"], back=url)
    view.refresh_from_db()
    assert view.query == "view=open&level=1&status=new"
    assert view.labels["status"] == {"new": "New"}


def test_a_view_gets_another_name(cast: Cast, sign_in: SignIn) -> None:
    view, client = keep(cast.agent), sign_in(cast.agent)
    url = reverse("saved_view", kwargs={"pk": view.pk})
    assert 'value="Network, high"' in client.get(url).content.decode()
    assert client.post(url, {"name": ""}).status_code == 422
    client.post(url, {"name": "Network"})
    assert names(client) == ["Network"]


def test_views_are_put_in_order(cast: Cast, sign_in: SignIn) -> None:
    views = [keep(cast.agent, name) for name in ("One", "Two", "Three")]
    client = sign_in(cast.agent)
    change(client, views[2], "up")
    assert names(client) == ["One", "Three", "Two"]
    change(client, views[0], "down")
    change(client, views[1], "down")  # the last stays the last
    assert names(client) == ["Three", "One", "Two"]


def test_removing_can_be_undone(cast: Cast, sign_in: SignIn) -> None:
    for name in ("One", "Two"):
        keep(cast.agent, name)
    view, client = SavedView.objects.get(name="One"), sign_in(cast.agent)
    page = change(client, view, "remove").content.decode()
    assert "“One” is removed." in page
    assert names(client) == ["Two"]
    key = page.split('name="key" value="')[1].split('"')[0]
    client.post("/undo/", {"key": key})
    assert names(client) == ["One", "Two"]


def test_what_was_removed_is_kept_for_a_day_and_its_name_is_free(cast: Cast) -> None:
    view = commands.remove_view(keep(cast.agent, "One"), actor=cast.agent)
    again = keep(cast.agent, "One")
    with pytest.raises(InvalidInput, match="already"):
        commands.restore_view(view, actor=cast.agent)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        commands.remove_view(again, actor=cast.agent)
    assert list(SavedView.objects.all()) == [again]


# Sharing ------------------------------------------------------------------------------------------


def test_a_lead_shares_a_view_with_the_team(cast: Cast, sign_in: SignIn) -> None:
    values = {"name": "First thing", "query": "view=open&level=1", "team": cast.l1.pk}
    sign_in(cast.lead).post("/queue/views/new/", values)
    view = SavedView.objects.get()
    assert view.team == cast.l1
    keep(cast.agent, "My own")
    assert names(sign_in(cast.agent)) == ["My own", "First thing"]
    assert names(sign_in(cast.l2_agent)) == []
    assert "Shared by Leo Staff" in sign_in(cast.agent).get("/queue/").content.decode()


def test_who_leads_nobody_shares_with_nobody(cast: Cast, sign_in: SignIn) -> None:
    agent = sign_in(cast.agent)
    assert "Share with" not in agent.get("/queue/views/new/?view=open").content.decode()
    agent.post("/queue/views/new/", {"name": "x", "query": "", "team": cast.l1.pk})
    assert SavedView.objects.get().team is None
    for person, team in ((cast.agent, cast.l1), (cast.lead, cast.l2)):
        with pytest.raises(InvalidInput):
            keep(person, "Other", team=team)
    Membership.objects.filter(user=cast.agent).update(is_lead=True)
    assert keep(cast.agent, "Ours", team=cast.l1).team == cast.l1
    assert keep(cast.manager, "All", team=cast.l2).team == cast.l2


def test_a_shared_view_is_changed_by_its_owner_and_the_leads_alone(
    cast: Cast, sign_in: SignIn
) -> None:
    view = keep(cast.manager, "First thing", team=cast.l1)
    for act in ("remove", "update"):
        answer = change(sign_in(cast.agent), view, act, query="view=all")
        assert "This view is its owner’s" in answer.content.decode()
    assert "Only its owner" in change(sign_in(cast.lead), view, "up").content.decode()
    url = reverse("saved_view", kwargs={"pk": view.pk})
    sign_in(cast.lead).post(url, {"name": "Second thing", "team": cast.l1.pk})
    view.refresh_from_db()
    assert (view.name, view.query, view.owner) == (
        "Second thing",
        "view=open&level=1",
        cast.manager,
    )
    with pytest.raises(NotAllowed):
        commands.rename_view(view, name="Mine now", team=None, actor=cast.agent)


def test_others_views_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    view = keep(cast.agent)
    stranger = sign_in(cast.second_agent)
    assert stranger.get(reverse("saved_view", kwargs={"pk": view.pk})).status_code == 404
    assert change(stranger, view, "remove").status_code == 404
    customer = sign_in(cast.customer).get(reverse("saved_views"))
    assert customer["Location"] == reverse("home")


def test_a_shared_view_shows_each_only_what_they_may_see(cast: Cast, sign_in: SignIn) -> None:
    secret = new_ticket(cast, team=cast.confidential)
    view = keep(cast.manager, "L2", query="view=open&level=2", team=cast.l2)
    url = f"/queue/?{view.query}&saved={view.pk}"
    answer = sign_in(cast.l2_agent).get(url)
    assert answer.context["counts"][f"saved_{view.pk}"] == 0
    assert answer.context["page"].rows == []
    assert listed(sign_in(cast.manager), url) == [secret.pk]


def test_when_a_team_goes_its_views_stay_with_their_owner(cast: Cast) -> None:
    team = Team.objects.create(name="Night", level=1)
    view = keep(cast.manager, "Night", team=team)
    team.delete()
    assert list(views_of(cast.manager)) == [view]


# What is gone -------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_view_survives_a_category_that_is_gone_and_says_so(
    cast: Cast, sign_in: SignIn, is_deleted: bool
) -> None:
    ticket, client = new_ticket(cast), sign_in(cast.agent)
    gone = Category.objects.create(name="Fax")
    query = f"view=open&level=1&category={gone.pk}"
    client.post("/queue/views/new/", {"name": "Fax", "query": query})
    if is_deleted:
        gone.delete()
    else:
        Category.objects.filter(pk=gone.pk).update(is_active=False)
    view = SavedView.objects.get()
    (saved,) = client.get(reverse("queue")).context["saved"]
    page = client.get(saved.url)
    shown = page.content.decode()
    assert [row.ticket.pk for row in page.context["page"].rows] == [ticket.pk]
    assert page.context["counts"][f"saved_{view.pk}"] == 1
    assert "It also asked for category “Fax”." in shown
    assert "No longer there" in client.get(reverse("saved_views")).content.decode()
    change(client, view, "update", query=page.context["meaning"])
    view.refresh_from_db()
    assert view.query == "view=open&level=1"
    assert "also asked for" not in client.get(saved.url).content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "view=gone&sort=gone", "level=x&level=1", "q=" + "%00" * 9, "saved=1&after=x", "&&="],
)
def test_whatever_was_stored_is_still_a_page(cast: Cast, sign_in: SignIn, query: str) -> None:
    view = SavedView.objects.create(owner=cast.agent, name="Old", query=query)
    client = sign_in(cast.agent)
    (saved,) = client.get(reverse("queue")).context["saved"]
    assert client.get(saved.url).status_code == 200
    assert client.get(reverse("saved_views")).status_code == 200
    assert client.get(reverse("wide_counts")).status_code == 200
    assert client.get(f"/queue/?saved={view.pk}99999999999999999999").status_code == 200


# Counts and size ----------------------------------------------------------------------------------


def test_what_may_be_many_is_counted_beside_the_page(cast: Cast, sign_in: SignIn) -> None:
    for status in (Status.RESOLVED, Status.CLOSED, Status.NEW):
        ticket_in(cast, status)
    wide = keep(cast.agent, "All of L1", query="view=all&level=1")
    searched = keep(cast.agent, "Carla’s", query="view=all&q=carla")
    narrow = keep(cast.agent, "New ones", query="view=all&status=new")
    client = sign_in(cast.agent)
    counts = client.get(reverse("queue")).context["counts"]
    assert counts[f"saved_{narrow.pk}"] == 1
    fragment = client.get(reverse("wide_counts")).content.decode()
    for view in (wide, searched):
        assert f"saved_{view.pk}" not in counts
        assert f'hx-swap-oob="innerHTML:.count-saved_{view.pk}">3</span>' in fragment
    assert f"saved_{narrow.pk}" not in fragment


@pytest.mark.parametrize("number", [1, 12])
def test_the_queue_needs_the_same_queries_however_many_views_there_are(
    cast: Cast, sign_in: SignIn, number: int
) -> None:
    client = sign_in(cast.agent)
    with CaptureQueriesContext(connection) as without:
        client.get("/queue/?view=open&level=1")
    for index in range(number):
        query = f"view=open&category={cast.category.pk}&team={cast.l1.pk}&assignee=me"
        keep(cast.agent, f"View {index}", query=query)
    with CaptureQueriesContext(connection) as asked:
        client.get("/queue/?view=open&level=1")
    assert len(asked) == len(without)
