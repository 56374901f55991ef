"""Promises of sign-in, profile and the admin of people."""
