"""What a firm edits of the workflows: who may, what each is called, how it is written and tried."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import time
from functools import partial
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from legist.core.actors import Actor
from legist.core.definitions import kinds
from legist.core.definitions.kinds import Kind
from legist.core.definitions.merging import Place
from legist.core.definitions.services import OURS, Decision
from legist.core.definitions.standing import Version
from legist.core.errors import WrongState
from legist.core.reasons import Unable
from legist.core.web.definitions import DefinitionForm
from legist.core.web.moments import time_words
from legist.practice import firm_contact
from legist.practice.names import clean_name
from legist.practice.permissions import Capability, require
from tracking.states import code_label
from workflows.deadlines import reminder_rules
from workflows.documents import letters
from workflows.documents.services import count_made, render, text_of
from workflows.labels import LANGUAGES, document_label, purpose_label
from workflows.law.kinds import PERIODS
from workflows.messages.facts import FIELDS, made_up
from workflows.messages.selectors import count_unsent
from workflows.messages.templates import store as messages
from workflows.messages.templates.rendering import shown_with
from workflows.plain_language import LANGUAGES as WRITTEN
from workflows.plain_language.pending import may_approve_version
from workflows.plain_language.proposals import propose
from workflows.plain_language.publishing import TOPIC as WORDS
from workflows.plain_language.publishing import Publication
from workflows.plain_language.selectors import open_proposal
from workflows.playbooks import store as playbooks
from workflows.playbooks.files import as_file
from workflows.states import Basis
from workflows.web.deadlines.forms import RuleForm
from workflows.web.plain_language.forms import LABELS
from workflows.web.playbooks.forms import PlaybookForm
from workflows.web.playbooks.views import on_the_past
from workflows.web.playbooks.words import in_plain_words

EDITS_WORDS = partial(require, capability=Capability.EDIT_WORDING)
SEES_PLAYBOOKS = partial(require, capability=Capability.VIEW_PLAYBOOKS)
TIME = forms.TimeInput({"type": "time"}, format="%H:%M")
PLAYBOOK_PARTS = {name: field.label or name for name, field in PlaybookForm.base_fields.items()} | {
    "conditions": gettext_lazy("Only if"),
    "position": gettext_lazy("Place in the order"),
}
MESSAGE_PARTS = {"subject": gettext_lazy("Subject"), "body": gettext_lazy("Text")}


def _propose(
    _topic: Any,
    key: str,
    content: Any,
    *,
    expected: str,
    decision: Decision,
    merges: str = "",
    hard_because: str = "",
) -> Any:
    """Put the words before an attorney, who may not find other ones there meanwhile."""
    if open_proposal(key):
        raise WrongState(_("Other words for this status wait for an attorney. Decide about them first."))
    texts = {language: content[language] for language in WRITTEN}
    agrees = not content["behind"]
    new = Publication(
        key,
        texts,
        seen=expected,
        reason=decision.reason,
        merges=merges,
        agree=agrees,
        hard_because=hard_because,
    )
    return propose(new, actor=decision.actor, now=decision.now)


def _tell_of_words(made: Any) -> str:
    if hasattr(made, "version"):
        return _("Published as version %(version)s. Clients read it from now on; drafts keep their text.") % {
            "version": made.version
        }
    return _("Clients read nothing of it yet: it waits for an attorney's approval.")


def _propose_again(topic: Any, key: str, number: int, *, decision: Decision, expected: str) -> Any:
    """Put an earlier version of the words before an attorney again; ours need none."""
    found = topic.read(key).shipped if number == OURS else topic.find(key, number)
    how = {"expected": expected, "hard_because": found.row.hard_because if found.row else ""}
    return _propose(topic, key, found.content, decision=decision, **how)


def _notes_on(row: Any) -> Iterator[object]:
    if row.changed:
        yield ", ".join(str(LANGUAGES.get(code, code)) for code in row.changed)
    if row.approval:
        told = {"by": row.approval.by.name, "at": time_words(row.approval.at)}
        yield _("Approved by %(by)s on %(at)s") % told
    elif row.basis != Basis.APPROVED:
        yield row.get_basis_display()
    if row.hard_because:
        yield _("Published although it is hard to read, because: %(why)s") % {"why": row.hard_because}


def _approval_of(actor: Actor, _key: str, version: Version | None) -> dict[str, Any]:
    """Return whether an attorney may approve words that were published before approvals were asked for."""
    if version is None or version.is_shipped:
        return {}
    row = version.row
    return {
        "can_approve": may_approve_version(actor, row),
        "is_own": str(row.published_by_id) == actor.id,
    }


class MessageTemplateForm(DefinitionForm):
    """Subject and text of a message in one language, with placeholders."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=160,
        help_text=gettext_lazy("It shows on lock screens: say nothing about the case here."),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "letter", "rows": 18}),
        help_text=", ".join(f"{{{{ {name} }}}}" for name in FIELDS),
    )


class LetterForm(DefinitionForm):
    """Name and Word file of a letter in one language; without a file the one before stays."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    content = forms.FileField(
        label=gettext_lazy("Word file"),
        required=False,
        widget=forms.FileInput(),
        help_text=", ".join(f"{{{{ {name} }}}}" for name in FIELDS),
    )

    def clean_content(self) -> str:
        file = self.cleaned_data["content"]
        if isinstance(file, str):
            return file
        content = file.read()
        file.seek(0)
        if faults := letters.faults_in(content):
            raise forms.ValidationError(faults)
        return b64encode(content).decode()


class FirmContactForm(DefinitionForm):
    """The firm's telephone, and when somebody answers it."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Empty: the numbers that the settings of the installation name."),
    )
    first = forms.TypedChoiceField(
        label=gettext_lazy("First day"), required=False, coerce=int, empty_value=None
    )
    last = forms.TypedChoiceField(
        label=gettext_lazy("Last day"), required=False, coerce=int, empty_value=None
    )
    opens = forms.TimeField(label=gettext_lazy("From"), required=False, widget=TIME)
    closes = forms.TimeField(label=gettext_lazy("To"), required=False, widget=TIME)

    def __init__(self, data: Any = None, files: Any = None, *, written: Any) -> None:
        super().__init__(data, files, written=written)
        self.initial = {"phone": written["phone"], **written["hours"]}
        for name in ("first", "last"):
            self.fields[name].choices = [("", "–"), *WEEKDAYS.items()]  # type: ignore[attr-defined]

    @property
    def content(self) -> Any:
        said = {name: self.cleaned_data[name] for name in ("first", "last", "opens", "closes")}
        hours = {
            name: f"{value:%H:%M}" if isinstance(value, time) else value
            for name, value in said.items()
            if value is not None
        }
        return {"phone": clean_name(self.cleaned_data["phone"]), "hours": hours}


def _languages_of(kind: str) -> Callable[..., dict[str, Any]]:
    """Return the same definition in the other language as tabs."""

    def tabs(_actor: Actor, key: tuple[str, str], _version: Version | None) -> dict[str, Any]:
        return {
            "sections": [
                {
                    "label": label,
                    "url": reverse("definition", args=[kind, f"{key[0]}/{code}"]),
                    "current": code == key[1],
                }
                for code, label in LANGUAGES.items()
            ]
        }

    return tabs


def _open_drafts(_actor: Actor, key: tuple[str, str], _content: Any) -> list[str]:
    count = count_unsent(key[0])
    said = ngettext(
        "%(n)d message that is drafted from it and not sent yet keeps its text.",
        "%(n)d messages that are drafted from it and not sent yet keep their text.",
        count,
    )
    return [said % {"n": count}]


def _made_letters(_actor: Actor, key: tuple[str, str], _content: Any) -> list[str]:
    count = count_made(*key)
    said = ngettext(
        "%(n)d letter that was written by it stays as it is.",
        "%(n)d letters that were written by it stay as they are.",
        count,
    )
    return [said % {"n": count}]


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


def _notes_on_playbook(row: Any) -> Iterator[str]:
    if row.is_tried is False:
        yield _("Published without having been tried on the past.")


def _tell_of_playbook(made: Any) -> str:
    if made.is_tried is False:
        return _("Published. It was never tried on the past: watch what it does, or put it in shadow first.")
    return _("Published. The firm's version holds what you chose.")


def _letter_in_words(place: Place, value: Any) -> str:
    if place != ("content",) or not isinstance(value, str):
        return kinds.in_words(place, value)
    try:
        return text_of(b64decode(value))
    except Unable:
        return _("A Word file of %(n)d KB") % {"n": len(value) * 3 // 4096}


def _letter_with_made_up_facts(key: tuple[str, str], content: Any) -> list[tuple[str, str]]:
    try:
        filled = render(b64decode(content["content"]), made_up(key[1]))
        return [(content["name"], text_of(filled))]
    except Unable as error:
        return [(content["name"], error.message)]


def _in_language(words: str, language: str) -> str:
    return f"{words}, {LANGUAGES.get(language, language)}"


def _reach_in_words(place: Place, value: Any) -> str:
    return firm_contact.say_hours(value) if place == ("hours",) and value else kinds.in_words(place, value)


KINDS = (
    Kind(
        slug=firm_contact.SLUG,
        topic=firm_contact.TOPIC,
        require=EDITS_WORDS,
        call=lambda _key: _("How clients reach the firm"),
        label=gettext_lazy("Settings"),
        page=lambda _key: reverse("practice:settings"),
        see=SEES_PLAYBOOKS,
        form=FirmContactForm,
        parts={"phone": gettext_lazy("Telephone"), "hours": gettext_lazy("Hours")},
        say=_reach_in_words,
        publish=firm_contact.publish_contact,
        dry_run=lambda _actor, _key, _content: [
            _("Every client reads it in the portal and in mails, wherever they are told to call.")
        ],
    ),
    Kind(
        slug="wording",
        topic=WORDS,
        require=EDITS_WORDS,
        call=lambda code: _("Words for “%(name)s”") % {"name": code_label(code)},
        label=gettext_lazy("Wording"),
        page=lambda _code: reverse("workflows:wordings"),
        editor=lambda code: reverse("workflows:wording", args=[code]),
        see=SEES_PLAYBOOKS,
        parts={**LANGUAGES, **LABELS, "behind": gettext_lazy("Language that does not say the same yet")},
        notes=lambda history: [list(map(str, _notes_on(version.row))) for version in history],
        aside="workflows/plain_language/approve_version.html",
        style="css/pages/plain_language.css",
        about=_approval_of,
        publish=_propose,
        restore=_propose_again,
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
        label=gettext_lazy("Wording"),
        page=lambda _key: reverse("workflows:wordings"),
        see=SEES_PLAYBOOKS,
        form=MessageTemplateForm,
        about=_languages_of("messages"),
        preview=lambda key, content: [
            (str(label), shown_with(content[part], made_up(key[1]))) for part, label in MESSAGE_PARTS.items()
        ],
        parts=MESSAGE_PARTS,
        dry_run=_open_drafts,
    ),
    Kind(
        slug="letters",
        topic=letters.TOPIC,
        require=EDITS_WORDS,
        call=lambda key: _in_language(_("The letter “%(name)s”") % {"name": document_label(key[0])}, key[1]),
        label=gettext_lazy("Playbooks"),
        page=lambda _key: reverse("workflows:playbooks"),
        see=SEES_PLAYBOOKS,
        form=LetterForm,
        about=_languages_of("letters"),
        file=lambda key, content: (f"{key[0]}.{key[1]}.docx", b64decode(content["content"])),
        parts={"name": gettext_lazy("Name"), "content": gettext_lazy("Word file")},
        say=_letter_in_words,
        preview=_letter_with_made_up_facts,
        dry_run=_made_letters,
    ),
    Kind(
        slug="playbooks",
        topic=playbooks.TOPIC,
        require=EDITS_WORDS,
        call=lambda key: _("The playbook “%(name)s”") % {"name": _playbook_name(key)},
        label=gettext_lazy("Playbooks"),
        page=lambda _key: reverse("workflows:playbooks"),
        see=SEES_PLAYBOOKS,
        form=PlaybookForm,
        layout="workflows/playbooks/form.html",
        style="css/pages/workflows.css",
        file=as_file,
        parts=PLAYBOOK_PARTS,
        preview=in_plain_words,
        shows=gettext_lazy("In plain words"),
        dry_run=on_the_past,
        notes=lambda history: [list(_notes_on_playbook(version.row)) for version in history],
        tell=_tell_of_playbook,
    ),
    Kind(
        slug="reminders",
        topic=reminder_rules.TOPIC,
        require=partial(require, capability=Capability.EDIT_DEADLINE_RULES),
        call=lambda kind: _("Reminders: %(name)s") % {"name": PERIODS[kind].label},
        label=gettext_lazy("Reminders"),
        page=lambda kind: reverse("workflows:reminder_rules") + f"#rule-{kind}",
        see=partial(require, capability=Capability.VIEW_MATTER),
        form=RuleForm,
        parts={
            "offsets": gettext_lazy("Days before the date"),
            "attorney_after": gettext_lazy("Business days until the attorney is told"),
            "manager_after": gettext_lazy("Further business days until the managers are told"),
        },
        dry_run=_moved_deadlines,
    ),
)
