"""How fast the desk is, at two sizes, with the plain SQL for the same question beside it."""
