"""Charts as pure functions: frozen values in, geometry for one small SVG template per kind out.

The outer svg has no viewBox: across is in per cent, down is in pixels, so letters keep their size
at any width. Curves sit in an inner svg that is stretched and whose strokes do not scale. Nothing
here knows a figure, a request or the database; names, tips and addresses come from the caller.
"""
