"""Who is asked when: the rules of surveys as plain functions. No database here."""
