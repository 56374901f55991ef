"""A believable desk with twelve months of history, the same for the same seed."""
