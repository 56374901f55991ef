"""Promises of the customer's pages."""
