"""The figures, declared once each."""
