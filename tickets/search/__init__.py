"""Search for tickets and people, one function each, for pages and API, on both databases."""
