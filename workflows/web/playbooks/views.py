"""Playbooks in plain words, and what their runs did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import works_on_what_it_sees
from legist.practice.states import MatterKind, MatterStage
from tracking.states import bucket_label, code_label
from workflows.labels import deadline_label, document_label, purpose_label
from workflows.playbooks import resuming
from workflows.playbooks.rehearsal import rehearse
from workflows.playbooks.selectors import get_playbook, list_playbooks
from workflows.playbooks.store import TOPIC, find_faults, unsaved
from workflows.states import PlaybookMode
from workflows.web import go_back

if TYPE_CHECKING:
    from workflows.models import Playbook


Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One action in words; `details` are the items of a checklist, `conditions` its own."""

    key: str
    icon: str
    text: str
    details: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class PlaybookWords:
    """A definition as a person reads it."""

    codes: list[str]
    buckets: list[str]
    conditions: list[str]
    steps: list[Step]
    faults: list[str] = field(default_factory=list)

    @property
    def triggers(self) -> str:
        """The first statuses that start it, and how many there are besides."""
        names = [*map(code_label, self.codes), *map(bucket_label, self.buckets)]
        shown, rest = names[:3], len(names) - 3
        more = ngettext("and %(n)d more", "and %(n)d more", rest) % {"n": rest} if rest > 0 else ""
        return ", ".join([*shown, *([more] if more else [])])


def explain(playbook: Playbook) -> PlaybookWords:
    """Put a definition into words; of an invalid one, what is wrong with it and the statuses it names."""
    faults = find_faults(playbook)
    if faults:
        return PlaybookWords(_names(playbook.codes), _names(playbook.buckets), [], [], faults)
    return PlaybookWords(
        codes=list(playbook.codes),
        buckets=list(playbook.buckets),
        conditions=conditions_words(playbook.conditions),
        steps=[_step(row) for row in playbook.actions],
    )


def in_plain_words(key: tuple[str, ...], content: Any) -> list[tuple[str, str]]:
    """Return a definition as a person reads it: when it starts, only if what, and its steps in order."""
    words = explain(unsaved(key[0], content))
    starts = [*map(code_label, words.codes), *map(bucket_label, words.buckets)]
    steps = [
        "\n".join([f"{number}. {step.text}", *(f"– {line}" for line in (*step.conditions, *step.details))])
        for number, step in enumerate(words.steps, 1)
    ]
    parts = [
        (_("When a case becomes one of these"), ", ".join(starts)),
        (_("And only if"), "\n".join(words.conditions)),
        (_("Then, in this order"), "\n\n".join(steps)),
    ]
    return [(label, text) for label, text in parts if text]


def on_the_past(actor: Actor, key: tuple[str, ...], content: Any) -> list[str]:
    """Say what a playbook would have done about the changes of the last 90 days, and does from now on."""
    found = rehearse(actor, key[0], content, now=utc_now())
    told = {"n": found.looked_at, "found": found.found, "now": found.started, "today": found.started_today}
    if not found.found:
        nothing = _(
            "No case that you may see had a status which it names in the last 90 days: nothing to try it on."
        )
        return [nothing, str(FROM_NOW[content.get("mode", PlaybookMode.ACTIVE)])]
    looked = _(
        "In the last 90 days %(found)d changes on cases that you may see had a status which it names. Of the "
        "%(n)d newest of them, %(now)d would have started it; what holds now, %(today)d."
    )
    times = {step.text: found.steps[step.key] for step in explain(unsaved(key[0], content)).steps}
    done = [
        ngettext("%(n)d time: %(what)s", "%(n)d times: %(what)s", n) % {"n": n, "what": what}
        for what, n in times.items()
        if n
    ]
    waits = ngettext(
        "%(n)d step would have waited for a person.",
        "%(n)d steps would have waited for a person.",
        found.held,
    ) % {"n": found.held}
    return [
        looked % told,
        *done,
        *([waits] if found.held else []),
        str(FROM_NOW[content.get("mode", PlaybookMode.ACTIVE)]),
    ]


FROM_NOW: dict[str, Any] = {
    PlaybookMode.ACTIVE: gettext_lazy(
        "It starts by the next change of a case; what runs already goes on as it began."
    ),
    PlaybookMode.SHADOW: gettext_lazy(
        "In shadow it does none of this: no date is counted, nobody told. The record says what it would do."
    ),
    PlaybookMode.OFF: gettext_lazy("Switched off it does none of this: no date is counted, nobody is told."),
}


def _names(given: Any) -> list[str]:
    return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []


def conditions_words(conditions: Params) -> list[str]:
    """Return a sentence for each condition; an unknown one is shown as it is written."""
    return [
        CONDITIONS[name](value) if name in CONDITIONS else f"{name}: {value}"
        for name, value in conditions.items()
    ]


def _step(row: Mapping[str, Any]) -> Step:
    params = row.get("params", {})
    icon, words = KINDS.get(row["kind"], ("circle-dot", lambda _params: row["kind"]))
    return Step(
        key=row["key"],
        icon=icon,
        text=words(params),
        details=[_(item["text"]) for item in params.get("items", [])],
        conditions=conditions_words(row.get("when", {})),
    )


def _appointment(params: Params) -> str:
    title = _(params["title"])
    return _("Expect “%(title)s”: the date comes from the paper notice.") % {"title": title} + _reminders(
        params
    )


def _deadline(params: Params) -> str:
    kind = {"kind": deadline_label(params["kind"])}
    return _("Count the provisional deadline: %(kind)s.") % kind + _reminders(params)


def _reminders(params: Params) -> str:
    days = ", ".join(map(str, params.get("reminders", [])))
    return " " + _("Remind %(days)s days before.") % {"days": days} if days else ""


def _checklist(params: Params) -> str:
    count = len(params["items"])
    words = ngettext(
        "Open the checklist “%(title)s” with %(n)d item.",
        "Open the checklist “%(title)s” with %(n)d items.",
        count,
    )
    return words % {"title": _(params["title"]), "n": count}


def _message(params: Params) -> str:
    title = {"title": purpose_label(params["template"])}
    return _("Draft “%(title)s” for the client. It goes out only after an attorney approves it.") % title


def _notice(params: Params) -> str:
    urgent = params.get("level") == "urgent"
    return _("Tell attorney and paralegal, as urgent.") if urgent else _("Tell attorney and paralegal.")


def _document(params: Params) -> str:
    name = document_label(params["template"])
    return _("Prepare the document “%(name)s” from its Word template.") % {"name": name}


def _matter(params: Params) -> str:
    kind = MatterKind(params["kind"]).label
    return _("Open a matter of its own under the case: %(kind)s.") % {"kind": kind}


def _stage(params: Params) -> str:
    return _("Move the firm's stage to “%(stage)s”.") % {"stage": MatterStage(params["stage"]).label}


KINDS: dict[str, tuple[str, Callable[[Params], str]]] = {
    "appointment": ("calendar-clock", _appointment),
    "assign": ("user-check", lambda _params: _("Give it to the attorney of the case.")),
    "billing": (
        "receipt-text",
        lambda params: _("Record the billing event “%(title)s”.") % {"title": _(params["title"])},
    ),
    "checklist": ("clipboard-list", _checklist),
    "deadline": ("calendar-plus", _deadline),
    "document": ("file-text", _document),
    "matter": ("folder-plus", _matter),
    "message": ("pen-line", _message),
    "notice": ("bell", _notice),
    "stage": ("milestone", _stage),
}


def _is_fresh(days: Any) -> str:
    words = _("The first reading of a case counts only if it happened in the last %(n)d days.")
    return words % {"n": days}


def _buckets(values: Any) -> str:
    return ", ".join(map(bucket_label, values))


def _forms(forms: Iterable[str]) -> str:
    return ", ".join(form or _("a form not known yet") for form in forms)


CONDITIONS: dict[str, Callable[[Any], str]] = {
    "first_reading_max_age_days": _is_fresh,
    "previous_known": lambda wanted: (
        _("A status was known before: the first reading is no news.")
        if wanted
        else _("It is the first reading of the case.")
    ),
    "previous_bucket_in": lambda values: (
        _("The case was before in: %(stages)s.") % {"stages": _buckets(values)}
    ),
    "previous_bucket_not_in": lambda values: (
        _("The case was not already in: %(stages)s.") % {"stages": _buckets(values)}
    ),
    "returned": lambda what: (
        _("What came back is a card or document, or it is not said what.")
        if what == "card"
        else _("What came back is a notice, or it is not said what.")
    ),
    "missed": lambda what: (
        _("What was missed is an interview, or it is not said what.")
        if what == "interview"
        else _("What was missed is an oath ceremony, or it is not said what.")
    ),
    "form_in": lambda forms: _("The form is one of %(forms)s.") % {"forms": _forms(forms)},
    "form_not_in": lambda forms: _("The form is none of %(forms)s.") % {"forms": _forms(forms)},
    "client_action": lambda wanted: (
        _("The client's side must act.") if wanted else _("Nobody on the client's side must act.")
    ),
}


@require_GET
@login_required
def playbooks(request: HttpRequest) -> HttpResponse:
    """List the playbooks: what starts each, and what waits for a person."""
    known = TOPIC.standings()
    found = [(row, explain(row), known[row.identity].state) for row in list_playbooks(request_actor(request))]
    return render(request, "workflows/playbooks/page.html", {"playbooks": found, "now": utc_now()})


@require_GET
@login_required
def playbook(request: HttpRequest, key: str) -> HttpResponse:
    """Show one playbook, read-only, with what its latest runs did."""
    actor = request_actor(request)
    detail = get_playbook(actor, key)
    context = {
        "detail": detail,
        "playbook": detail.playbook,
        "words": explain(detail.playbook),
        "can_work": works_on_what_it_sees(actor),
        "now": utc_now(),
    }
    return render(request, "workflows/playbooks/playbook.html", context)


@require_POST
@login_required
def repeat(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try the failed steps of a run again."""
    summary = resuming.repeat_run(run_id, now=utc_now(), actor=request_actor(request))
    if summary.failed:
        messages.warning(request, _("A step could still not be done. Its reason is beside it."))
    else:
        messages.success(request, _("Every step of the run is done now."))
    return htmx.redirect(request, go_back(request, reverse("workflows:playbooks")))
