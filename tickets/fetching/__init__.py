"""Mail fetched from servers; what is done with it stands in tickets/services/receiving.py."""
