"""What lists of categories and products can be filtered by."""

from __future__ import annotations

from tickets.api.filters.base import KeyFilter, StrictFilterSet, TextFilter
from tickets.models import Category, Product


class CategoryFilter(StrictFilterSet):
    """Categories; `parent` is the one right above."""

    name = TextFilter(lookup_expr="icontains")
    parent = KeyFilter(field_name="parent_id")

    class Meta:
        model = Category
        fields = ()


class ProductFilter(StrictFilterSet):
    """Product lines."""

    name = TextFilter(lookup_expr="icontains")

    class Meta:
        model = Product
        fields = ()
