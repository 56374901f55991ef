"""Figures: their definitions, the facts they are computed from, the snapshots that keep them."""
