"""The cast stands as the other tests expect it."""

from tests.cast import Cast


def test_everybody_is_there(cast: Cast) -> None:
    assert cast.customer.organization == cast.viewer.organization == cast.organization
    assert cast.agent.teams.get() == cast.l1
    assert cast.calendar.slots.count() == 5
    assert cast.category.path == "Network › VPN"
