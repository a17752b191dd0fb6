"""What a firm edits of the workflows: who may, what each is called, and where it is edited."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from legist.core.actors import Actor
from legist.core.definitions import kinds
from legist.core.definitions.kinds import Kind
from legist.core.definitions.merging import Place
from legist.core.definitions.services import Decision
from legist.core.errors import WrongState
from legist.practice.permissions import Capability, require
from tracking.states import code_label
from workflows.deadlines import reminder_rules
from workflows.documents import letters
from workflows.labels import LANGUAGES, purpose_label
from workflows.law.kinds import PERIODS
from workflows.messages.templates import store as messages
from workflows.plain_language import LANGUAGES as WRITTEN
from workflows.plain_language.proposals import propose
from workflows.plain_language.publishing import TOPIC as WORDS
from workflows.plain_language.publishing import Publication
from workflows.plain_language.selectors import open_proposal
from workflows.playbooks import store as playbooks
from workflows.web.plain_language.forms import LABELS

EDITS_WORDS = partial(require, capability=Capability.EDIT_WORDING)


def _propose(_topic: Any, key: str, content: Any, *, expected: str, merges: str, decision: Decision) -> Any:
    """Put the words before an attorney, who may not find other ones there meanwhile."""
    if open_proposal(key):
        raise WrongState(_("Other words for this status wait for an attorney. Decide about them first."))
    texts = {language: content[language] for language in WRITTEN}
    agrees = not content["behind"]
    new = Publication(key, texts, seen=expected, reason=decision.reason, merges=merges, agree=agrees)
    return propose(new, actor=decision.actor, now=decision.now)


def _tell_of_words(made: Any) -> str:
    if hasattr(made, "version"):
        return _("Published as version %(version)s. Clients read it from now on; drafts keep their text.") % {
            "version": made.version
        }
    return _("Clients read nothing of it yet: it waits for an attorney's approval.")


def _moved_deadlines(_actor: Actor, kind: str, _content: Any) -> list[str]:
    count = reminder_rules.count_following(kind)
    said = ngettext(
        "%(n)d open deadline follows the firm and is planned anew.",
        "%(n)d open deadlines follow the firm and are planned anew.",
        count,
    )
    return [said % {"n": count}]


def _playbook_name(key: tuple[str, ...]) -> str:
    held = playbooks.TOPIC.read(key).held
    return str(held.content["name"]) if held else key[0]


def _letter_in_words(place: Place, value: Any) -> str:
    if place != ("content",) or not isinstance(value, str):
        return kinds.in_words(place, value)
    return _("A Word file of %(n)d KB") % {"n": len(value) * 3 // 4096}


def _in_language(words: str, language: str) -> str:
    return f"{words}, {LANGUAGES.get(language, language)}"


KINDS = (
    Kind(
        slug="wording",
        topic=WORDS,
        require=EDITS_WORDS,
        call=lambda code: _("Words for “%(name)s”") % {"name": code_label(code)},
        page=lambda code: reverse("workflows:wording", args=[code]),
        parts={**LANGUAGES, **LABELS},
        publish=_propose,
        tell=_tell_of_words,
        dry_run=lambda _actor, _key, _content: [
            _("Clients read none of it before an attorney has approved exactly these words.")
        ],
    ),
    Kind(
        slug="messages",
        topic=messages.TOPIC,
        require=EDITS_WORDS,
        call=lambda key: _in_language(_("The message “%(name)s”") % {"name": purpose_label(key[0])}, key[1]),
        page=lambda _key: reverse("workflows:wordings"),
        parts={"subject": gettext_lazy("Subject"), "body": gettext_lazy("Text")},
        dry_run=lambda _actor, _key, _content: [_("Messages that are drafted already keep their text.")],
    ),
    Kind(
        slug="letters",
        topic=letters.TOPIC,
        require=EDITS_WORDS,
        call=lambda key: _in_language(_("The letter “%(name)s”") % {"name": purpose_label(key[0])}, key[1]),
        page=lambda _key: reverse("workflows:playbooks"),
        parts={"name": gettext_lazy("Name"), "content": gettext_lazy("Word file")},
        say=_letter_in_words,
        dry_run=lambda _actor, _key, _content: [_("Letters that are written already stay as they are.")],
    ),
    Kind(
        slug="playbooks",
        topic=playbooks.TOPIC,
        require=EDITS_WORDS,
        call=lambda key: _("The playbook “%(name)s”") % {"name": _playbook_name(key)},
        page=lambda key: reverse("workflows:playbook", args=key),
        dry_run=lambda _actor, _key, _content: [
            _("It starts by the next change of a case; what runs already goes on as it began.")
        ],
    ),
    Kind(
        slug="reminders",
        topic=reminder_rules.TOPIC,
        require=partial(require, capability=Capability.EDIT_DEADLINE_RULES),
        call=lambda kind: _("Reminders: %(name)s") % {"name": PERIODS[kind].label},
        page=lambda kind: reverse("workflows:reminder_rules") + f"#rule-{kind}",
        parts={
            "offsets": gettext_lazy("Days before the date"),
            "attorney_after": gettext_lazy("Business days until the attorney is told"),
            "manager_after": gettext_lazy("Further business days until the managers are told"),
        },
        dry_run=_moved_deadlines,
    ),
)
