"""After a test that commits, the next one finds nothing of it."""

from __future__ import annotations

import pytest
from django.apps import apps

from tests.cast import make_cast
from tests.emptying import KEPT, empty_tables
from tests.tickets.scenes import live_ticket
from tickets.services.talking import reply


@pytest.mark.django_db(transaction=True)
def test_no_row_of_any_model_is_left():
    cast = make_cast()
    reply(live_ticket(cast), actor=cast.agent, body="Restart it.")
    empty_tables()
    models = [model for model in apps.get_models() if model._meta.db_table not in KEPT]
    assert [model for model in models if model._default_manager.exists()] == []
