"""The API, as programs rely on it."""
