"""Charts as server-rendered SVG: pure functions for scales, ticks and paths."""
