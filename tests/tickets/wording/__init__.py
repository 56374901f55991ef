"""Promises about what mails say."""
