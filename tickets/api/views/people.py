"""Customers, organizations and teams; categories and products."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.choices import Role
from accounts.models import Organization, Team, User
from tickets.api.filters.catalogue import CategoryFilter, ProductFilter
from tickets.api.filters.people import CustomerFilter, OrganizationFilter, TeamFilter
from tickets.api.idempotency import once
from tickets.api.pagination import ByName, NewestFirst
from tickets.api.permissions import IsStaff, StaffReadsLeadsWrite
from tickets.api.serializers.people import (
    CustomerSerializer,
    OrganizationSerializer,
    TeamSerializer,
)
from tickets.api.serializers.tickets import CategorySerializer, ProductSerializer
from tickets.api.views.tickets import IDEMPOTENCY
from tickets.models import Category, Product

KEY_PATTERN = r"\d{1,18}"


class CreatesOnce(mixins.CreateModelMixin):
    """Adds a row; sent again with the same key, none."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add it, or answer as before."""
        add = super().create
        return once(request, lambda: add(request, *args, **kwargs))


@extend_schema_view(
    list=extend_schema(summary="List customers"),
    retrieve=extend_schema(summary="Show a customer"),
    create=extend_schema(summary="Add a customer", parameters=[IDEMPOTENCY]),
    partial_update=extend_schema(
        summary="Change a customer",
        description="Another address takes back the links that were mailed to the old one.",
    ),
)
class CustomerViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    CreatesOnce,
    mixins.UpdateModelMixin,
    GenericViewSet[User],
):
    """The people that the desk serves."""

    http_method_names = ("get", "post", "patch", "head", "options")
    queryset = User.objects.filter(role=Role.CUSTOMER)
    serializer_class = CustomerSerializer
    permission_classes = (IsStaff,)
    pagination_class = NewestFirst
    filterset_class = CustomerFilter
    lookup_value_regex = KEY_PATTERN


@extend_schema_view(
    list=extend_schema(summary="List organizations"),
    retrieve=extend_schema(summary="Show an organization"),
    create=extend_schema(summary="Add an organization (leads and above)", parameters=[IDEMPOTENCY]),
    partial_update=extend_schema(summary="Change an organization (leads and above)"),
)
class OrganizationViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    CreatesOnce,
    mixins.UpdateModelMixin,
    GenericViewSet[Organization],
):
    """The accounts that customers belong to."""

    http_method_names = ("get", "post", "patch", "head", "options")
    queryset = Organization.objects.prefetch_related("domains")
    serializer_class = OrganizationSerializer
    permission_classes = (StaffReadsLeadsWrite,)
    pagination_class = ByName
    filterset_class = OrganizationFilter
    lookup_value_regex = KEY_PATTERN


@extend_schema_view(
    list=extend_schema(summary="List teams"), retrieve=extend_schema(summary="Show a team")
)
class TeamViewSet(ReadOnlyModelViewSet[Team]):
    """Teams with their members."""

    queryset = Team.objects.prefetch_related("members")
    serializer_class = TeamSerializer
    permission_classes = (IsStaff,)
    pagination_class = ByName
    filterset_class = TeamFilter
    lookup_value_regex = KEY_PATTERN


@extend_schema_view(
    list=extend_schema(summary="List categories"), retrieve=extend_schema(summary="Show a category")
)
class CategoryViewSet(ReadOnlyModelViewSet[Category]):
    """Issue types, for everybody who may open a ticket."""

    serializer_class = CategorySerializer
    pagination_class = ByName
    filterset_class = CategoryFilter
    lookup_value_regex = KEY_PATTERN

    def get_queryset(self) -> QuerySet[Category]:
        """Only those in use."""
        return Category.objects.filter(is_active=True)


@extend_schema_view(
    list=extend_schema(summary="List products"), retrieve=extend_schema(summary="Show a product")
)
class ProductViewSet(ReadOnlyModelViewSet[Product]):
    """Product lines, for everybody who may open a ticket."""

    queryset = Product.objects.filter(is_active=True)
    serializer_class = ProductSerializer
    pagination_class = ByName
    filterset_class = ProductFilter
    lookup_value_regex = KEY_PATTERN
