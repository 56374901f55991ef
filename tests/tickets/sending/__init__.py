"""Promises about mail that goes out, kept by a real mail server."""
