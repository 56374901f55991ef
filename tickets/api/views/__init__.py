"""Endpoints: parse, fetch and authorise, one command or selector, respond."""
