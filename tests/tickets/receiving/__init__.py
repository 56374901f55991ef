"""Promises about mail that comes in."""
