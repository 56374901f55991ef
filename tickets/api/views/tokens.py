"""Tokens: what a program signs in with. Shown once, stored as a hash, revocable one by one."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import has_verified_email
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.authentication import BasicScheme
from drf_spectacular.utils import extend_schema, extend_schema_view
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets.api.caller import caller
from tickets.api.filters.people import TokenFilter
from tickets.api.pagination import LastMadeFirst
from tickets.api.throttles import forgive_password, seconds_to_wait_with_password
from tickets.errors import NotAllowed, NotThere


class PasswordAuthentication(BasicAuthentication):
    """Address and password. Tries are counted before they are looked at: the limits of a view come
    too late for those that are wrong."""

    def authenticate_credentials(
        self, userid: str, password: str, request: Any = None
    ) -> tuple[Any, None]:
        """Return whose they are. Raises Throttled, or AuthenticationFailed where they are wrong."""
        wait = seconds_to_wait_with_password(request, address=userid)
        if wait:
            raise Throttled(wait=wait)
        user, _ = super().authenticate_credentials(userid, password, request)
        forgive_password(address=userid)
        return user, None


class PasswordScheme(BasicScheme):  # type: ignore[no-untyped-call]  # registers itself
    """For the document it is what it is for a client: HTTP's basic authentication."""

    target_class = "tickets.api.views.tokens.PasswordAuthentication"


class TokenSerializer(serializers.ModelSerializer[Any]):
    """A token of yours; `id` is how it begins."""

    id = serializers.CharField(source="token_key", read_only=True)

    class Meta:
        model = AuthToken
        fields: tuple[str, ...] = ("id", "created", "expiry")
        read_only_fields: tuple[str, ...] = fields


class NewTokenSerializer(TokenSerializer):
    """The token itself is shown this once."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields


@extend_schema_view(get=extend_schema(summary="List your tokens, newest first"))
class Tokens(ListAPIView[Any]):
    """Your tokens. Basic authentication (address and password) serves only to make the first."""

    queryset = AuthToken.objects.none()
    serializer_class = TokenSerializer
    pagination_class = LastMadeFirst
    filterset_class = TokenFilter
    authentication_classes = (TokenAuthentication, SessionAuthentication, PasswordAuthentication)
    throttle_scope = "tokens"

    def get_queryset(self) -> QuerySet[Any]:
        """Your own alone."""
        rows: QuerySet[Any] = AuthToken.objects.filter(user=caller(self.request))
        return rows

    @extend_schema(summary="Make a token", request=None, responses={201: NewTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token. A password alone does not do where two-factor sign-in is on, or where the
        sign-in page would ask for proof of the address first."""
        by_password = isinstance(request.successful_authenticator, BasicAuthentication)
        is_proof_needed = settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
        if by_password and is_proof_needed and not has_verified_email(request.user):
            raise NotAllowed("Confirm your address first: follow the link in our mail.")
        if by_password and is_mfa_enabled(request.user):
            raise NotAllowed("Two-factor sign-in is on: make tokens on your account page.")
        row, token = AuthToken.objects.create(user=request.user)
        row.token = token
        return Response(NewTokenSerializer(row).data, status=status.HTTP_201_CREATED)


class TokenDetail(APIView):
    """One of your tokens."""

    @extend_schema(operation_id="tokens_revoke", summary="Revoke a token", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Revoke it; programs that use it are signed out at once."""
        deleted, _ = AuthToken.objects.filter(user=request.user, token_key=key).delete()
        if not deleted:
            raise NotThere("You have no such token.")
        return Response(status=status.HTTP_204_NO_CONTENT)
