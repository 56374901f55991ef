"""Tests of incoming mail, read without a database."""
