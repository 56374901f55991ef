"""Tests of helpdesk."""
