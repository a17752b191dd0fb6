"""A playbook in words: what starts it, under which conditions, and each of its steps.

What a step or a condition may hold is declared where it runs (`workflows/playbooks`); here stands how each is
called on a page, and the sentence that says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from legist.practice.selectors import list_teams
from legist.practice.states import MatterKind, MatterStage
from tracking.states import Priority, bucket_label, code_label
from workflows.labels import LANGUAGES, deadline_label, document_label, purpose_label
from workflows.playbooks.store import find_faults, unsaved
from workflows.states import ApprovalRule

if TYPE_CHECKING:
    from workflows.models import Playbook, PlaybookRun

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


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a run: `state` is done, failed or left; `why` says what went wrong or kept it back."""

    text: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class RunWords:
    """What a run was about and did: the status that matched, the conditions, and each step."""

    status: str
    conditions: list[str]
    steps: list[RunStep]


def explain_run(run: PlaybookRun, words: PlaybookWords) -> RunWords:
    """Say what a run matched, did, could not do and left, by the version that it ran."""
    made = {action.action_key: action for action in run.actions.all()}
    known = {step.key: step for step in words.steps}
    steps = []
    for key in dict.fromkeys([*known, *made]):
        action, step = made.get(key), known.get(key)
        state = "left" if action is None else "failed" if action.state == "failed" else "done"
        kept = (
            _("Only if: %(list)s") % {"list": " ".join(step.conditions)} if step and step.conditions else ""
        )
        why = kept if action is None else action.why
        steps.append(RunStep(step.text if step else key.replace("_", " "), state, why))
    return RunWords(code_label(run.change.to_code), words.conditions, steps)


def _names(given: Any) -> list[str]:
    return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []


def conditions_words(conditions: Params) -> list[str]:
    """Return a sentence for each condition and each group; an unknown one is shown as it is written."""
    return [_condition(name, value) for name, value in conditions.items()]


def _condition(name: str, value: Any) -> str:
    if name in ("any", "all"):
        # Of what stands together in one group every sentence has to hold.
        inner = [_together(each, _(" and ")) for each in value]
        return (_("At least one: %(list)s.") if name == "any" else _("All: %(list)s.")) % {
            "list": (_(" or ") if name == "any" else _(" and ")).join(inner)
        }
    if name == "not":
        return _("Not: %(list)s.") % {"list": _together(value, _(" and "))}
    return CONDITIONS[name].say(value) if name in CONDITIONS else f"{name}: {value}"


def _together(conditions: Params, between: str) -> str:
    return between.join(f"“{line.removesuffix('.')}”" for line in conditions_words(conditions))


def _step(row: Mapping[str, Any]) -> Step:
    params = row.get("params", {})
    known = KINDS.get(row["kind"])
    return Step(
        key=row["key"],
        icon=known.icon if known else "circle-dot",
        text=known.say(params) if known else row["kind"],
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
    sentences = {
        ApprovalRule.RESPONSIBLE: _(
            "Draft “%(title)s” for the client. It goes out only after the attorney responsible approves it."
        ),
        ApprovalRule.TWO: _(
            "Draft “%(title)s” for the client. It goes out only after two attorneys approve it."
        ),
    }
    usual = _("Draft “%(title)s” for the client. It goes out only after an attorney approves it.")
    return sentences.get(params.get("approval", ""), usual) % title


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


def _clear(params: Params) -> str:
    messages = ", ".join(purpose_label(each) for each in params.get("messages", ())) or "–"
    words = _(
        "Withdraw what it has overtaken of these messages: %(messages)s. Close what it has overtaken of "
        "these checklists: %(checklists)s. Dates stay for a person."
    )
    return words % {"messages": messages, "checklists": ", ".join(params.get("checklists", ())) or "–"}


@dataclass(frozen=True, slots=True)
class StepWords:
    """How a kind of step is called, and the sentence that says one of it."""

    label: Any
    icon: str
    say: Callable[[Params], str]


KINDS: dict[str, StepWords] = {
    "appointment": StepWords(gettext_lazy("Expect an appointment"), "calendar-clock", _appointment),
    "assign": StepWords(
        gettext_lazy("Give it to the attorney"),
        "user-check",
        lambda _params: _("Give it to the attorney of the case."),
    ),
    "billing": StepWords(
        gettext_lazy("Record a billing event"),
        "receipt-text",
        lambda params: _("Record the billing event “%(title)s”.") % {"title": _(params["title"])},
    ),
    "checklist": StepWords(gettext_lazy("Open a checklist"), "clipboard-list", _checklist),
    "clear": StepWords(gettext_lazy("Clear what it has overtaken"), "list-checks", _clear),
    "deadline": StepWords(gettext_lazy("Count a deadline"), "calendar-plus", _deadline),
    "document": StepWords(gettext_lazy("Prepare a letter"), "file-text", _document),
    "matter": StepWords(gettext_lazy("Open a matter under the case"), "folder-plus", _matter),
    "message": StepWords(gettext_lazy("Draft a message to the client"), "pen-line", _message),
    "notice": StepWords(gettext_lazy("Tell the people of the matter"), "bell", _notice),
    "stage": StepWords(gettext_lazy("Move the firm's stage"), "milestone", _stage),
}
PARTS: dict[str, Any] = {
    "approval": gettext_lazy("Who approves it"),
    "anchor": gettext_lazy("Or days from the deadline: -7 is a week before it"),
    "checklists": gettext_lazy("Which checklists"),
    "days": gettext_lazy("Due so many days after the change"),
    "in": gettext_lazy("In which matter"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "level": gettext_lazy("How urgent"),
    "messages": gettext_lazy("Which messages"),
    "reminders": gettext_lazy("Remind so many days before"),
    "role": gettext_lazy("Whose it is"),
    "stage": gettext_lazy("Stage"),
    "template": gettext_lazy("Which text"),
    "text": gettext_lazy("What is to be done"),
    "title": gettext_lazy("Title"),
}


def _is_fresh(days: Any) -> str:
    words = _("The first reading of a case counts only if it happened in the last %(n)d days.")
    return words % {"n": days}


def _buckets(values: Any) -> str:
    return ", ".join(map(bucket_label, values))


def _forms(forms: Iterable[str]) -> str:
    return ", ".join(form or _("a form not known yet") for form in forms)


def _teams(ids: Iterable[str]) -> str:
    known = {str(team.pk): team.name for team in list_teams()}
    return ", ".join(known.get(each, _("a team that is not there any more")) for each in ids)


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """How a condition is called, and the sentence that says one."""

    label: Any
    say: Callable[[Any], str]


CONDITIONS: dict[str, ConditionWords] = {
    "form_in": ConditionWords(
        gettext_lazy("Only these forms"),
        lambda forms: _("The form is one of %(forms)s.") % {"forms": _forms(forms)},
    ),
    "form_not_in": ConditionWords(
        gettext_lazy("None of these forms"),
        lambda forms: _("The form is none of %(forms)s.") % {"forms": _forms(forms)},
    ),
    "previous_bucket_in": ConditionWords(
        gettext_lazy("The case was before in one of these stages"),
        lambda values: _("The case was before in: %(stages)s.") % {"stages": _buckets(values)},
    ),
    "previous_bucket_not_in": ConditionWords(
        gettext_lazy("The case was before in none of these stages"),
        lambda values: _("The case was not already in: %(stages)s.") % {"stages": _buckets(values)},
    ),
    "previous_known": ConditionWords(
        gettext_lazy("A status was known before"),
        lambda wanted: (
            _("A status was known before: the first reading is no news.")
            if wanted
            else _("It is the first reading of the case.")
        ),
    ),
    "client_action": ConditionWords(
        gettext_lazy("The client's side must act"),
        lambda wanted: (
            _("The client's side must act.") if wanted else _("Nobody on the client's side must act.")
        ),
    ),
    "first_reading_max_age_days": ConditionWords(
        gettext_lazy("At a first reading, at most so many days old"), _is_fresh
    ),
    "returned": ConditionWords(
        gettext_lazy("What came back"),
        lambda what: (
            _("What came back is a card or document, or it is not said what.")
            if what == "card"
            else _("What came back is a notice, or it is not said what.")
        ),
    ),
    "missed": ConditionWords(
        gettext_lazy("What was missed"),
        lambda what: (
            _("What was missed is an interview, or it is not said what.")
            if what == "interview"
            else _("What was missed is an oath ceremony, or it is not said what.")
        ),
    ),
    "matter_kind_in": ConditionWords(
        gettext_lazy("Kind of matter"),
        lambda kinds: (
            _("The matter is one of: %(kinds)s.")
            % {"kinds": ", ".join(str(MatterKind(each).label) for each in kinds)}
        ),
    ),
    "team_in": ConditionWords(
        gettext_lazy("Team"), lambda teams: _("The matter is of team %(teams)s.") % {"teams": _teams(teams)}
    ),
    "priority_in": ConditionWords(
        gettext_lazy("Priority of the receipt"),
        lambda levels: (
            _("The priority is %(levels)s.")
            % {"levels": ", ".join(str(Priority(each).label) for each in levels)}
        ),
    ),
    "language": ConditionWords(
        gettext_lazy("Language of the client"),
        lambda code: _("The client reads %(language)s.") % {"language": LANGUAGES[code]},
    ),
    "case_days_at_least": ConditionWords(
        gettext_lazy("Filed at least so many days ago"),
        lambda days: _("It was filed at least %(n)d days ago, or nobody knows when.") % {"n": days},
    ),
    "case_days_at_most": ConditionWords(
        gettext_lazy("Filed at most so many days ago"),
        lambda days: _("It was filed at most %(n)d days ago, or nobody knows when.") % {"n": days},
    ),
}
GROUPS: dict[str, Any] = {
    "any": gettext_lazy("At least one of several"),
    "all": gettext_lazy("Several together"),
    "not": gettext_lazy("Not"),
}
