"""What lists can be filtered by; a module per subject."""
