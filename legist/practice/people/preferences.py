"""What a person chooses for themselves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.audit_actions import LANGUAGE_CHOSEN, NEWS_BY_MAIL_CHOSEN
from legist.practice.models import Client, User


def choose_language(language: str, *, actor: Actor | None, now: datetime) -> str:
    """Return a language that is offered; a signed-in person's pages and mail use it from now on.

    A client's record follows their choice, so that what the firm drafts for them follows too. Staff pages are
    written in one language, so the staff is offered no other.
    """
    user = actor.user if actor else None
    is_offered = language in dict(settings.LANGUAGES)
    if isinstance(user, User) and user.is_staff:
        is_offered = language == settings.LANGUAGE_CODE
    if not is_offered:
        message = _("Choose one of the languages that are offered.")
        raise InvalidInput.at("language", message)
    if actor is not None and isinstance(actor.user, User):
        with unit_of_work(actor=actor, now=now) as unit:
            actor.user.language = language
            actor.user.save(update_fields=["language"])
            Client.objects.filter(user=actor.user).update(language=language)
            unit.record(LANGUAGE_CHOSEN, actor.user, language=language)
    return language


def choose_news_by_mail(client: Client, *, wanted: bool, actor: Actor, now: datetime) -> bool:
    """Keep whether a client gets news that ask nothing of them by e-mail; False when it was so already.

    The caller has found the client by who is signed in. It holds for what is drafted from now on.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        changed = Client.objects.filter(pk=client.pk, mails_news=not wanted).update(mails_news=wanted)
        if changed:
            unit.record(NEWS_BY_MAIL_CHOSEN, client, wanted="yes" if wanted else "no")
    return bool(changed)
