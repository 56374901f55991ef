"""Categories: each is there once, also where the database has no constraint for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tickets.models import Category, SlaPolicyTarget

ADD = reverse("admin:tickets_category_add")


def form(**values: Any) -> dict[str, Any]:
    inline = {"skilled_agents-TOTAL_FORMS": 0, "skilled_agents-INITIAL_FORMS": 0}
    return {"name": "Phones", "is_active": "on", **inline, **values}


def errors(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.context["adminform"].form.errors
    return found


def test_a_second_category_of_the_same_name_is_refused_at_the_root(admin: Client) -> None:
    assert admin.post(ADD, form()).status_code == 302
    assert errors(admin.post(ADD, form())) == {"name": ["There is a category “Phones” already."]}
    assert Category.objects.filter(name="Phones").count() == 1


def test_the_same_name_is_refused_in_its_branch_and_taken_in_another(
    admin: Client, cast: Cast
) -> None:
    network = cast.category.parent
    assert network
    same = form(name=cast.category.name, parent=network.pk)
    assert errors(admin.post(ADD, same)) == {
        "name": [f"There is a category “{cast.category.path}” already."]
    }
    assert admin.post(ADD, form(name=cast.category.name)).status_code == 302


def test_a_name_that_reads_like_a_branch_is_refused(admin: Client, cast: Cast) -> None:
    page = admin.post(ADD, form(name=cast.category.path))
    assert errors(page) == {"name": [f"There is a category “{cast.category.path}” already."]}


def test_a_category_is_stored_again_under_its_own_name(admin: Client, cast: Cast) -> None:
    address = reverse("admin:tickets_category_change", args=[cast.category.pk])
    parent = cast.category.parent_id
    values = form(name=cast.category.name, parent=parent, default_team=cast.l1.pk)
    assert admin.post(address, values).status_code == 302
    cast.category.refresh_from_db()
    assert cast.category.default_team == cast.l1


def test_the_database_keeps_a_root_once(cast: Cast) -> None:
    Category.objects.create(name="Phones")
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(name="Phones")


def test_no_other_table_relies_on_what_sqlite_lacks(cast: Cast) -> None:
    """The check of it is silenced: whoever adds such a constraint says here what holds instead."""
    relying = {
        model
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if getattr(constraint, "nulls_distinct", None) is not None
    }
    assert relying == {Category, SlaPolicyTarget}
    warnings = [each for each in run_checks(databases=["default"]) if each.id == "models.W047"]
    assert all(each.is_silenced() for each in warnings)
