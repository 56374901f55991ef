"""Tests of promises about time."""
