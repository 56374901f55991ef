"""Promises about time, pure: which policy holds for a ticket (terms), what each target counts from
and to (spans), and when it falls due (clock). What is stored: tickets/services/promises.py."""
