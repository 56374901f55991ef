"""The REST API of tickets, under /api/v1/."""
