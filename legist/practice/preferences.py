"""What a person chooses for themselves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.audit_actions import LANGUAGE_CHOSEN
from legist.practice.models import Client, User


def set_language(language: str, *, actor: Actor, now: datetime) -> str:
    """Set the language of the person's pages and mail; a client's record follows their choice."""
    if language not in dict(settings.LANGUAGES):
        message = "Choose one of the languages that are offered."
        raise InvalidInput(message, {"language": [message]})
    user = actor.user
    if not isinstance(user, User):
        message = "Only a person has a language."
        raise InvalidInput(message)
    with unit_of_work(actor=actor):
        user.language = language
        user.save(update_fields=["language"])
        Client.objects.filter(user=user).update(language=language)
        audit.record(LANGUAGE_CHOSEN, actor=actor, subject=user, now=now, data={"language": language})
    return language
