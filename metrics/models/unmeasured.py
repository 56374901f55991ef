"""Tickets that could not be measured when it was tried last."""

from __future__ import annotations

from django.db import models


class UnmeasuredTicket(models.Model):
    """A ticket whose history could not be measured: since when, and why. It keeps its touches, is
    tried again with every fill, and leaves this table once it is measured."""

    ticket = models.OneToOneField(
        "tickets.Ticket", models.CASCADE, primary_key=True, related_name="unmeasured"
    )
    failed_since = models.DateTimeField()
    error = models.CharField(max_length=200)

    class Meta:
        ordering = ("failed_since",)

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}"
