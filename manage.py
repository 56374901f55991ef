#!/usr/bin/env python
"""Entry point of every management command."""

import os
import sys

from django.core.management import execute_from_command_line

from helpdesk.console import ended_quietly, mail_waits
from helpdesk.reaching import database_answers

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    with mail_waits(sys.argv), ended_quietly(), database_answers():
        execute_from_command_line(sys.argv)
