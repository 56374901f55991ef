"""Shapes of requests and answers; no logic lives here."""
