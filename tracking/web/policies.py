"""The polling policy as a definition: its form, its rules as sentences, and what a draft costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions import kinds
from legist.core.definitions.kinds import Kind
from legist.core.definitions.merging import Place
from legist.core.definitions.standing import Version
from legist.core.reasons import say_interval
from legist.core.web import request_actor
from legist.core.web.definitions import DefinitionForm
from legist.practice.permissions import Capability, can, require
from legist.practice.selectors import list_teams
from legist.practice.states import MatterState
from tracking.polling import placing, planning
from tracking.polling.cadence import TIERS
from tracking.polling.placing import Cost
from tracking.polling.policies import (
    KEY,
    TOPIC,
    PolicyState,
    PollingEvent,
    TierReason,
    deciding,
    event_label,
    published_words,
    tidied,
)
from tracking.polling.policy import AGES, EVENTS, LISTS, MOST_RULES, PACES, RANKS, read
from tracking.states import (
    Priority,
    Tier,
    bucket_label,
    code_label,
)
from tracking.statuses import BUCKETS, CODES
from tracking.web.answers import done

CHOICES: Final = [(tier, Tier(tier).label) for tier in RANKS]
PACE_LABELS: Final = {
    "every": gettext_lazy("Every"),
    "soonest": gettext_lazy("At most every"),
    "longest": gettext_lazy("At least every"),
}
CONDITIONS: Final = {
    "stage": gettext_lazy("Stage"),
    "code": gettext_lazy("Status"),
    "form": gettext_lazy("Form"),
    "priority": gettext_lazy("Priority"),
    "matter": gettext_lazy("Matter"),
    "team": gettext_lazy("Team"),
    "age_from": gettext_lazy("Days in its status, from"),
    "age_to": gettext_lazy("Days in its status, to"),
}
MATTERS: Final = [*MatterState.choices, ("none", gettext_lazy("No matter yet"))]


def _options() -> dict[str, list[tuple[str, Any]]]:
    """Return what may be chosen of each condition that is a list, but for forms, which are written."""
    return {
        "stage": [(bucket, bucket_label(bucket)) for bucket in BUCKETS],
        "code": [(code, code_label(code)) for code in CODES],
        "priority": list(Priority.choices),
        "matter": MATTERS,
        "team": [(str(team.pk), team.name) for team in list_teams().order_by("name")],
    }


def sentence(rule: Mapping[str, Any], options: Mapping[str, list[tuple[str, Any]]]) -> str:
    """Say a rule: what it asks of a receipt, and where it puts it."""
    parts = []
    for name, given in rule["when"].items():
        known = {key: str(label) for key, label in options.get(name, [])}
        said = ", ".join(known.get(each, each) for each in given) if name in LISTS else str(given)
        parts.append(f"{CONDITIONS[name]}: {said}")
    return _("%(conditions)s → %(tier)s") % {
        "conditions": "; ".join(parts),
        "tier": Tier(rule["tier"]).label,
    }


class PolicyForm(DefinitionForm):
    """Every part of a policy as fields, and room for one more rule; what is wrong is said by the topic."""

    def __init__(self, data: Any = None, files: Any = None, *, written: Any) -> None:
        super().__init__(data, files, written=written)
        self.options = _options()
        self._choose(
            "state",
            written["state"],
            label=_("Who decides"),
            choices=PolicyState.choices,
            widget=forms.RadioSelect,
        )
        for tier in TIERS:
            for pace in PACES:
                label = f"{Tier(tier).label}: {PACE_LABELS[pace]}"
                self._write(f"tier-{tier}-{pace}", label, written["tiers"][tier][pace])
        self._choose("otherwise", written["otherwise"], label=_("All other receipts"), choices=CHOICES)
        sent = data.get("rule_count", "") if data is not None else ""
        given = (
            min(int(sent), MOST_RULES + 1) if sent.isascii() and sent.isdigit() and len(sent) < 4 else None
        )
        self.rule_count = len(written["rules"]) + 1 if given is None else given
        for number in range(self.rule_count):
            self._add_rule(number, dict(enumerate(written["rules"])).get(number))
        for event in EVENTS:
            lifted = written["promotions"].get(event, {})
            label = event_label(event)
            choices = [("", _("Does not lift")), *CHOICES[: len(TIERS)]]
            self._choose(f"lift-{event}-tier", lifted.get("tier", ""), label=label, choices=choices)
            self._count(f"lift-{event}-days", _("Days: %(event)s") % {"event": label}, lifted.get("days"))

    def _add_rule(self, number: int, rule: Mapping[str, Any] | None) -> None:
        when, name = rule["when"] if rule else {}, f"rule-{number}-"
        self._write(f"{name}title", _("Name of the rule"), rule["title"] if rule else "")
        self._count(f"{name}order", _("Order"), number + 1)
        for condition, choices in self.options.items():
            given = when.get(condition, [])
            self.fields[name + condition] = forms.MultipleChoiceField(
                label=CONDITIONS[condition], choices=choices, initial=given, required=False
            )
        self._write(f"{name}form", _("Forms, with commas between them"), ", ".join(when.get("form", [])))
        for age in AGES:
            self._count(name + age, CONDITIONS[age], when.get(age))
        self._choose(f"{name}tier", rule["tier"] if rule else "standard", label=_("Tier"), choices=CHOICES)
        self.fields[f"{name}remove"] = forms.BooleanField(label=_("Remove this rule"), required=False)

    def _write(self, name: str, label: Any, initial: str) -> None:
        self.fields[name] = forms.CharField(label=label, initial=initial, required=False, max_length=200)

    def _count(self, name: str, label: Any, initial: int | None) -> None:
        self.fields[name] = forms.IntegerField(label=label, initial=initial, required=False, min_value=0)

    def _choose(
        self, name: str, initial: str, *, label: Any, choices: Any, widget: Any = forms.Select
    ) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, initial=initial, widget=widget, required=False
        )

    @property
    def content(self) -> Any:
        said = self.cleaned_data
        return tidied(
            {
                "state": said["state"],
                "tiers": {tier: {pace: said[f"tier-{tier}-{pace}"] for pace in PACES} for tier in TIERS},
                "rules": [rule for _order, rule in sorted(self._rules(), key=lambda pair: pair[0])],
                "otherwise": said["otherwise"],
                "promotions": {
                    event: {"tier": said[f"lift-{event}-tier"], "days": said[f"lift-{event}-days"]}
                    for event in EVENTS
                    if said[f"lift-{event}-tier"]
                },
            }
        )

    def _rules(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Return each rule with its order; one without name and conditions is none."""
        for number in range(self.rule_count):
            name = f"rule-{number}-"
            said = {
                key.removeprefix(name): each
                for key, each in self.cleaned_data.items()
                if key.startswith(name)
            }
            said["form"] = [form.strip() for form in said["form"].split(",") if form.strip()]
            when = {key: said[key] for key in CONDITIONS if said[key] not in ([], "", None)}
            if not said["remove"] and (said["title"] or when):
                order = said["order"] if said["order"] is not None else number + 1
                yield order, {"title": said["title"], "when": when, "tier": said["tier"]}

    @property
    def tiers(self) -> list[tuple[str, list[BoundField]]]:
        return [(str(Tier(tier).label), [self[f"tier-{tier}-{pace}"] for pace in PACES]) for tier in TIERS]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Return the fields of each rule, with its sentence as it was written; the last is a new one."""
        written = dict(enumerate(self.written["rules"]))
        return [
            {
                "title": written[number]["title"] if number in written else "",
                "sentence": sentence(written[number], self.options) if number in written else "",
                "fields": [self[name] for name in self.fields if name.startswith(f"rule-{number}-")],
                "is_open": self.is_bound
                and any(name.startswith(f"rule-{number}-") for name in self.changed_data),
            }
            for number in range(self.rule_count)
        ]

    @property
    def promotions(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"lift-{event}-tier"], self[f"lift-{event}-days"]) for event in EVENTS]


@dataclass(frozen=True, slots=True)
class Line:
    """One tier beside today: receipts, calls a day, and how long until a change is seen, if ever."""

    tier: str
    label: str
    receipts: tuple[int, int]
    calls: tuple[float, float]
    delay: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a policy would cost and give over the firm's receipts, beside the tiers of today."""

    today: Cost
    draft: Cost
    state: str

    @property
    def lines(self) -> list[Line]:
        both = (self.today, self.draft)
        delays = [cost.expected_delay_hours for cost in both]
        none = placing.TierCost()
        found = []
        for tier in (tier for tier in RANKS if any(tier in cost.tiers for cost in both)):
            costs = [cost.tiers.get(tier, none) for cost in both]
            found.append(
                Line(
                    tier,
                    str(Tier(tier).label),
                    (costs[0].receipts, costs[1].receipts),
                    (costs[0].calls, costs[1].calls),
                    (_delay_words(delays[0].get(tier)), _delay_words(delays[1].get(tier))),
                )
            )
        return found

    @property
    def unasked(self) -> int:
        """Receipts that would not be asked about by themselves."""
        return sum(
            self.draft.tiers[tier].receipts for tier in RANKS[len(TIERS) :] if tier in self.draft.tiers
        )

    @property
    def decided(self) -> list[tuple[str, int]]:
        """Return what decides, in words, with how many receipts; the most first."""
        words = {"pinned": _("A person chose the tier"), "otherwise": _("All other receipts")}
        words |= {TierReason.AS_BEFORE: _("As it is")} | {str(each): str(each.label) for each in PollingEvent}
        return [
            (words.get(name, name), count) for name, count in sorted(self.draft.rules.items(), key=_by_count)
        ]


def _delay_words(hours: float | None) -> str:
    return say_interval(hours * 3600) if hours else ""


def _by_count(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _dry_run(_actor: Actor, _key: str, content: Any) -> Effects:
    now = utc_now()
    return Effects(placing.cost(now=now), placing.cost(now=now, policy=read(content)), content["state"])


def _say(place: Place, value: Any) -> str:
    if isinstance(value, Mapping) and "when" in value:
        return sentence(value, _options())
    return kinds.in_words(place, value)


def _today(actor: Actor, _key: str, version: Version | None) -> dict[str, Any]:
    if version:
        return {}
    now, receipts = utc_now(), reverse("tracking:receipts")
    today = placing.cost(now=now)
    other = placing.cost(now=now, is_shared=not today.is_shared)
    delays, others = today.expected_delay_hours, other.expected_delay_hours
    may_share = can(actor, Capability.OPERATE_POLLER)
    lines = [
        (
            Tier(tier).label,
            f"{receipts}?tier={tier}",
            cost,
            _delay_words(delays.get(tier)),
            _delay_words(others.get(tier)),
        )
        for tier, cost in today.tiers.items()
    ]
    beside = [(Tier(tier).label, Tier(other).label, count) for tier, other, count in placing.compared()]
    return {
        "today": today,
        "other": other,
        "today_lines": lines,
        "in_shadow": beside,
        "may_share": may_share,
    }


@require_POST
@login_required
def share(request: HttpRequest) -> HttpResponse:
    """Share the calls of a day out, or go back to the fixed intervals of the tiers."""
    on = request.POST.get("on") == "1"
    was_turned = planning.share_out(on=on, actor=request_actor(request), now=utc_now())
    if not was_turned:
        said = _("It stood so already.")
    elif on:
        said = _("The calls of a day are shared out. Every planned check was planned anew.")
    else:
        said = _("Each tier keeps its fixed interval. Every planned check was planned anew.")
    return done(request, said, back=reverse("definition", args=[POLICY.slug, KEY]))


POLICY: Final = Kind(
    slug="polling",
    topic=TOPIC,
    require=partial(require, capability=Capability.EDIT_POLLING),
    see=partial(require, capability=Capability.VIEW_HEALTH),
    label=gettext_lazy("Source health"),
    call=lambda _key: _("Polling policy"),
    page=lambda _key: reverse("tracking:health"),
    form=PolicyForm,
    layout="tracking/policies/form.html",
    effects="tracking/policies/effects.html",
    aside="tracking/policies/today.html",
    about=_today,
    style="css/pages/mapping.css",
    parts={
        "state": gettext_lazy("Who decides"),
        "tiers": gettext_lazy("Tiers"),
        "rules": gettext_lazy("Rules"),
        "otherwise": gettext_lazy("All other receipts"),
        "promotions": gettext_lazy("What lifts"),
        **dict(PollingEvent.choices),
        **dict(Tier.choices),
        **PACE_LABELS,
    },
    say=_say,
    notes=lambda history: [
        [str(PolicyState(each.content["state"]).label)] if not each.faults else [] for each in history
    ],
    tell=lambda made: published_words(made.number, made.content["state"]),
    holds=deciding,
    dry_run=_dry_run,
)
