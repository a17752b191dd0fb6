"""Publishing the firm's own words for a status: checked, as a new version, with who and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, require
from tracking.statuses import StatusCode
from workflows import audit_actions as actions
from workflows.models import WordingVersion
from workflows.people import get_person
from workflows.selectors.wording import texts_in_force
from workflows.wording import LANGUAGES, TEXTS, Wording, clean
from workflows.wording.checks import LIMIT, Fault, faults_of
from workflows.wording.reading import measure

Fields = Mapping[str, Mapping[str, str]]

FAULT_WORDS: Mapping[Fault, str | Promise] = {
    Fault.EMPTY: _("Write something here: the client would read a gap."),
    Fault.LONG: _("Use at most %(limit)s characters: two short sentences do more."),
    Fault.SHAPE: _("Write whole sentences: no list, and no colon at the end."),
    Fault.HTML: _("Write plain text: clients would see the marks of HTML."),
    Fault.PLACEHOLDER: _("Take out brackets and blanks: nothing is filled in here."),
    Fault.RECEIPT: _("Take out the number: every client with this status reads the text."),
    Fault.DATE: _("Take out the date: every client with this status reads the text."),
    Fault.EMAIL: _("Take out the e-mail address: clients answer through the portal."),
}


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody wants to publish for a code, and the version their editor began with.

    `agree`: the person says that both languages say the same now. `hard_because`: why a text that is hard
    to read is published all the same; empty when nobody said so.
    """

    code: str
    texts: Fields
    based_on: int
    reason: str
    agree: bool = False
    hard_because: str = ""


def publish(new: Publication, *, actor: Actor, now: datetime) -> WordingVersion:
    """Publish the words of a code as a new version, which is in force at once.

    Drafts that exist keep their text. Words equal to ours follow ours again. Raises WrongState when somebody
    published since `based_on`, InvalidInput naming each field that cannot be published so.
    """
    require(actor, Capability.EDIT_WORDING)
    if new.code not in StatusCode.__members__:
        raise NotFound
    texts, person = _checked(new), _person(actor)
    try:
        with unit_of_work(actor=actor):
            version = _next_version(new, texts, by=person, now=now)
            version.save(force_insert=True)
            data = {"code": new.code, "version": version.version, "languages": ", ".join(version.changed)}
            audit.record(actions.WORDING_PUBLISHED, actor=actor, subject=version, now=now, data=data)
    except IntegrityError:
        raise _overtaken() from None
    return version


def faults_in(texts: Mapping[str, Wording]) -> dict[str, list[str]]:
    """Return what cannot be published, by field such as `todo_es`, in words."""
    return {
        f"{part}_{language}": [str(FAULT_WORDS[fault]) % {"limit": LIMIT} for fault in found]
        for language, wording in texts.items()
        for part, found in faults_of(wording).items()
    }


def _person(actor: Actor) -> User:
    person = get_person(actor)
    if person is None:
        message = "Only a person can publish a wording: clients read it in the firm's name."
        raise Forbidden(message)
    return person


def _checked(new: Publication) -> dict[str, Wording]:
    texts = {language: clean(new.texts.get(language, {})) for language in LANGUAGES}
    errors = faults_in(texts)
    if not new.reason.strip():
        errors["reason"] = [gettext("Say why; it stands beside the version for good.")]
    _raise(errors)
    return texts


def _raise(errors: dict[str, list[str]]) -> None:
    if errors:
        raise InvalidInput(gettext("This cannot be published as it is."), errors)


def _next_version(
    new: Publication, texts: Mapping[str, Wording], *, by: User, now: datetime
) -> WordingVersion:
    latest = WordingVersion.objects.select_for_update().filter(code=new.code).order_by("-version").first()
    if (latest.version if latest else 0) != new.based_on:
        raise _overtaken()
    before = texts_in_force(new.code, latest)
    changed = [language for language in LANGUAGES if texts[language] != before[language]]
    behind = _behind(new, changed, latest.behind if latest else "")
    _require_news(changed, is_same=behind == (latest.behind if latest else ""))
    _require_easy({language: texts[language] for language in changed}, new.hard_because)
    return WordingVersion(
        code=new.code,
        version=new.based_on + 1,
        texts={language: texts[language]._asdict() for language in LANGUAGES},
        own=[language for language in LANGUAGES if texts[language] != TEXTS[language][new.code]],
        changed=changed,
        behind=behind if any(texts[each] != TEXTS[each][new.code] for each in LANGUAGES) else "",
        reason=new.reason.strip(),
        hard_because=new.hard_because.strip(),
        published_by=by,
        published_at=now,
    )


def _behind(new: Publication, changed: list[str], before: str) -> str:
    """Return the language that does not say the same as the other after this, or an empty text."""
    if new.agree or len(changed) == len(LANGUAGES):
        return ""
    if not changed:
        return before
    return next(language for language in LANGUAGES if language not in changed)


def _require_news(changed: list[str], *, is_same: bool) -> None:
    if not changed and is_same:
        raise WrongState(gettext("These words are in force already: nothing was published."))


def _require_easy(texts: Mapping[str, Wording], because: str) -> None:
    hard = [each for each, text in texts.items() if (found := measure(text, each)) and found.is_hard]
    if hard and not because.strip():
        _raise({"hard_because": [gettext("This is hard to read. Make it easier, or say why it must be so.")]})


def _overtaken() -> WrongState:
    return WrongState(gettext("Somebody else published new words for this status while you were writing."))
