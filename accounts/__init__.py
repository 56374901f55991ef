"""People: users and their roles, organizations, teams with a support level."""
