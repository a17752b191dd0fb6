"""What the page of one receipt shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.web import htmx
from legist.core.web.moments import day_words
from legist.practice.permissions import Capability, can
from tracking.mapping.current import current_mapping
from tracking.polling.policies import say_tier
from tracking.selectors import ReceiptDetail
from tracking.services import BY_POLICY
from tracking.states import Tier
from tracking.web import labels
from tracking.web.inbox.page import ids_of

if TYPE_CHECKING:
    from tracking.models import Override, StatusChange


LABELS: Final = {
    "event_date": gettext_lazy("Happened on"),
    "deadline": gettext_lazy("Answer by"),
    "answer_days": gettext_lazy("Days to answer"),
    "answer_by": gettext_lazy("Answer by, month and day"),
    "appointment": gettext_lazy("Appointment"),
    "followup_date": gettext_lazy("Ask if nothing came by"),
    "form": gettext_lazy("Form"),
    "other_forms": gettext_lazy("Other forms"),
    "office": gettext_lazy("Office"),
    "tracking_number": gettext_lazy("Mail tracking number"),
    "words": gettext_lazy("Read from the words"),
}
DAYS: Final = frozenset({"event_date", "deadline", "followup_date"})


def fact_lines(facts: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return (label, words) of each fact; the receipt number is left out, the page shows it masked."""
    given = facts or {}
    return [(str(label), _words(name, given[name])) for name, label in LABELS.items() if given.get(name)]


def _words(name: str, value: Any) -> str:
    if name in DAYS:
        return _day(value)
    if name == "appointment":
        return _appointment(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _appointment(value: Mapping[str, str]) -> str:
    at = _(" at %(time)s") % {"time": value["at"][:5]} if value.get("at") else ""
    place = f", {value['place']}" if value.get("place") else ""
    return f"{_day(value['day'])}{at}{place}"


def _day(value: str) -> str:
    return day_words(date.fromisoformat(value[:10]))


TABS = ("history", "calls", "corrections", "reviews")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One status change with what it rests on; `by` is set where a person set or took back a status."""

    change: StatusChange
    override: Override | None
    facts: list[tuple[str, str]]

    @property
    def detected_at(self) -> datetime:
        return self.change.detected_at

    @property
    def by(self) -> str:
        return self.override.by.name if self.override and self.override.by else ""

    @property
    def is_restored(self) -> bool:
        return self.override is not None and self.change.rule != "override"

    @property
    def tone(self) -> str:
        return labels.status_words(self.change.to_code).tone

    @property
    def icon(self) -> str:
        return labels.status_words(self.change.to_code).icon


def page(detail: ReceiptDetail, given: Mapping[str, str], *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page, of its live part, and of the side panel."""
    receipt, vocabulary = detail.receipt, current_mapping()
    tab = given.get("tab", "") if given.get("tab") in TABS else TABS[0]
    lines = history(detail)
    return {
        "now": now,
        "detail": detail,
        "vocabulary": vocabulary,
        "receipt": receipt,
        "matter": receipt.matter,
        "fresh": detail.freshness,
        "tab": tab,
        "tabs": tabs(detail, tab),
        "lines": lines,
        "timeline": sorted([*lines, *detail.findings], key=lambda each: each.detected_at, reverse=True),
        "line": chosen(lines, given.get("change", "")),
        "is_from_inbox": bool(given.get("change")),
        "tiers": [(BY_POLICY, _("As the policy says")), *((tier, str(tier.label)) for tier in Tier)],
        "tier_why": say_tier(receipt.tier_why),
        "shadow": (Tier(receipt.shadow["tier"]).label, say_tier(receipt.shadow)) if receipt.shadow else None,
        "chosen_tier": receipt.pinned_tier or BY_POLICY,
        "may_act": detail.may_work or detail.may_override,
        "may_see_clients": can(actor, Capability.VIEW_MATTER),
        "token": token(detail, tab, vocabulary.number, actor=actor, now=now),
        "reason_form": ReasonForm(auto_id="stop_%s"),
        "override_form": OverrideForm(auto_id="override_%s"),
    }


def token(detail: ReceiptDetail, tab: str, version: int, *, actor: Actor, now: datetime) -> str:
    """Return what changes when the page would look different; `version` is the vocabulary's."""
    receipt, fresh = detail.receipt, detail.freshness
    return htmx.change_token(
        actor.key,
        tab,
        version,
        receipt.sequence,
        receipt.last_checked_at,
        fresh.next_poll_at,
        fresh.next_poll_reason,
        bool(fresh.next_poll_at and fresh.next_poll_at <= now),
        receipt.tier,
        receipt.matter_id,
        fresh.state,
        [item.pk for item in detail.open_reviews],
        [override.state for override in detail.overrides],
        [(finding.pk, finding.ended_at) for finding in detail.findings],
    )


def history(detail: ReceiptDetail) -> list[HistoryLine]:
    """Join the changes with the corrections they come from, newest first."""
    overrides: dict[UUID, Override] = {override.pk: override for override in detail.overrides}
    return [
        HistoryLine(
            change,
            overrides.get(change.override_id) if change.override_id else None,
            fact_lines(change.facts),
        )
        for change in detail.changes
    ]


def chosen(lines: list[HistoryLine], change_id: str) -> HistoryLine | None:
    """Return the change that was asked for, or the latest."""
    wanted = ids_of([change_id])
    found = (line for line in lines if wanted and line.change.pk == wanted[0])
    return next(found, lines[0] if lines else None)


def tabs(detail: ReceiptDetail, current: str) -> list[dict[str, Any]]:
    """Return the parts of the page with how much is in each."""
    listed = (
        ("history", _("History"), len(detail.changes) + len(detail.findings)),
        ("calls", _("Calls"), None),
        ("corrections", _("Corrections"), len(detail.overrides)),
        ("reviews", _("Questions"), len(detail.open_reviews)),
    )
    return [
        {"label": label, "url": f"?tab={key}", "count": count or None, "current": key == current}
        for key, label, count in listed
    ]


class ReasonForm(forms.Form):
    """A reason, which stays on the record."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays on the record."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OverrideForm(ReasonForm):
    """A status set by hand."""

    code = forms.ChoiceField(label=gettext_lazy("Status"), choices=[])
    field_order = ("code", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", _("Choose a status")), *labels.code_choices()]


class TierForm(forms.Form):
    """How often a receipt is asked about."""

    tier = forms.ChoiceField(choices=[*Tier.choices, (BY_POLICY, gettext_lazy("As the policy says"))])


class AssignForm(forms.Form):
    """The matter a receipt belongs to, by its reference."""

    reference = forms.CharField(
        label=gettext_lazy("Matter"),
        help_text=gettext_lazy("Its reference, such as M-2026-0101."),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "matter-references", "autocomplete": "off"}),
    )
