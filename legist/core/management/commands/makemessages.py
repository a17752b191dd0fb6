"""`manage.py makemessages`: collects the texts to be translated, without guessing a translation for any."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own command; a guess from a similar text would look translated and say something else."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
