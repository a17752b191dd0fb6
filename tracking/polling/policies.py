"""The firm's versions of its polling policy: which decides, and which decides in shadow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, connection
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core.definitions.merging import same
from legist.core.definitions.services import Decision, Topic
from legist.core.definitions.standing import Standing, Version
from legist.core.reasons import Reasons, say_day
from legist.core.states import Origin, Toned
from legist.core.uow import acting
from legist.practice.form_numbers import FORMS, read_form
from legist.practice.permissions import acting_person, teams_of
from legist.practice.selectors import list_teams
from tracking import audit_actions as actions
from tracking.models import PollingPolicyVersion, Receipt
from tracking.polling.policy import FILED, SHADOW, SHIPPED, Facts, Placed, PollingPolicy, faults_in, read
from tracking.statuses import Tone

KEY: Final = "policy"
"""The polling policy is one definition."""
_OURS: Final = read(SHIPPED)
NO_TEAMS: Final[Mapping[UUID, frozenset[str]]] = MappingProxyType({})
log = structlog.get_logger(__name__)


class PolicyState(Toned):
    """Whether a polling policy decides the tiers."""

    ACTIVE = "active", Tone.GOOD, _("Active: it decides")
    SHADOW = "shadow", Tone.WAITING, _("Shadow: it decides beside what holds, and costs no call")
    OFF = "off", Tone.NEUTRAL, _("Off: every receipt keeps its tier")


class PollingEvent(TextChoices):
    """What lifts a receipt for a while."""

    RFE = "rfe", _("Request for evidence")
    BIOMETRICS = "biometrics", _("Biometrics")
    INTERVIEW = "interview", _("Interview or oath")
    FILED = "filed", _("Recent filing")
    LETTER = "letter", _("Somebody got a letter")
    SIBLING = "sibling", _("Change of another receipt in the matter")
    DEADLINE = "deadline", _("Deadline near")


def published_words(number: int, state: str) -> str:
    """Say what a version does that was just published."""
    said = gettext("Version %(n)s is published. %(state)s.") % {
        "n": number,
        "state": PolicyState(state).label,
    }
    if state != PolicyState.ACTIVE:
        return said
    return f"{said} {gettext('The worker puts every receipt into its tier within a minute.')}"


def event_label(event: str) -> str:
    """Return an event in the reader's words; one that nobody knows as it is."""
    return str(PollingEvent(event).label) if event in PollingEvent else event


class TierReason(TextChoices):
    """Why a receipt is in its tier."""

    BY_RULE = "by_rule", _("by the rule “%(rule)s”")
    OTHERWISE = "otherwise", _("no rule says otherwise")
    PINNED = "pinned", _("a person chose it")
    PROMOTED = "promoted", _("lifted until %(until)s: %(event)s")
    AS_BEFORE = "as_before", _("as it was: the polling policy is off")


TIER_REASON = Reasons(
    "tier_reason",
    dict(TierReason.choices),
    event=lambda event: event_label(event).lower(),
    until=lambda until: say_day(until[:10]),
)


def say_tier(why: dict[str, Any]) -> str:
    """Say why a receipt is in its tier, or would be by a policy in shadow; empty before any decision."""
    return TIER_REASON.say(why["reason"], why) if why else ""


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy that decides, and the one that is to be compared with it, if any."""

    policy: PollingPolicy = _OURS
    shadow: PollingPolicy | None = None

    def teams(self, receipts: list[Receipt]) -> Mapping[UUID, frozenset[str]]:
        """Return the teams of each matter; asked for only where a rule names one."""
        if self.policy.names_teams or (self.shadow and self.shadow.names_teams):
            return teams_of({receipt.matter_id for receipt in receipts if receipt.matter_id})
        return NO_TEAMS

    def put(
        self,
        receipt: Receipt,
        *,
        now: datetime,
        teams: Mapping[UUID, frozenset[str]] = NO_TEAMS,
    ) -> Placed:
        """Put a receipt, in memory, into the tier that is decided, and note what the shadow would say."""
        facts = facts_of(receipt, now=now, teams=teams)
        placed = self.policy.place(facts, now=now)
        receipt.tier, receipt.tier_why = placed.tier, placed.why
        beside = self.shadow.place(facts, now=now) if self.shadow else None
        receipt.shadow = {"tier": beside.tier, **beside.why} if beside else {}
        return placed


def in_force() -> InForce:
    """Return what decides: the newest version that is no shadow, or what ships where that cannot be read."""
    versions = PollingPolicyVersion.objects.order_by("-number").values_list("id", "content__state")
    known = list(versions)
    shadow = _read(known[0][0]) if known and known[0][1] == SHADOW else None
    deciding = next((version for version, state in known if state != SHADOW), None)
    return InForce((_read(deciding) if deciding else None) or _OURS, shadow)


@lru_cache(maxsize=16)
def _read(version: UUID) -> PollingPolicy | None:
    """Return a version, read once per process; one that says what its base says follows ours."""
    content, base = PollingPolicyVersion.objects.values_list("content", "base").get(pk=version)
    if same(content, base):
        return _OURS
    if faults := faults_in(content):
        log.error("polling_policy_invalid", version=str(version), faults=len(faults))
        return None
    return read(content)


def facts_of(receipt: Receipt, *, now: datetime, teams: Mapping[UUID, frozenset[str]] = NO_TEAMS) -> Facts:
    """Return what a policy decides by about a receipt, whose matter was read with it."""
    since, matter = receipt.current_since, receipt.matter
    events = {event: datetime.fromisoformat(at) for event, at in receipt.events.items()}
    if receipt.submitted_at:
        events[FILED] = receipt.submitted_at
    return Facts(
        stage=receipt.current_bucket,
        code=receipt.current_code,
        form=receipt.form_type,
        age=max(0, (now.astimezone(UTC).date() - since).days) if since else 0,
        priority=receipt.priority,
        matter=matter.state if matter else "none",
        teams=teams.get(receipt.matter_id, frozenset()) if receipt.matter_id else frozenset(),
        tier=receipt.tier,
        pinned=receipt.pinned_tier,
        events=events,
        why=receipt.tier_why,
    )


def has_taken_over() -> bool:
    """True once the database has a place for policies, so that no setting says anything of them."""
    try:
        return PollingPolicyVersion._meta.db_table in connection.introspection.table_names()
    except DatabaseError:  # it cannot be asked; whoever needs it will say so
        return False


class PolicyTopic(Topic[str, PollingPolicyVersion]):
    """The polling policy; its newest version is what the firm edits."""

    def read(self, _key: str = KEY, /, *, lock: bool = False) -> Standing:
        rows = PollingPolicyVersion.objects.order_by("-number").select_related("published_by")
        row = (rows.select_for_update(of=("self",)) if lock else rows).first()
        own = _version(row) if row else None
        return Standing(Version(Origin.SHIPPED, 0, SHIPPED), own, latest=own.number if own else 0)

    def standings(self) -> dict[str, Standing]:
        return {KEY: self.read()}

    def history(self, _key: str = KEY, /) -> list[Version]:
        rows = PollingPolicyVersion.objects.order_by("-number").select_related("published_by")
        return [_version(row) for row in rows]

    def faults(self, _key: str, content: Any, /) -> list[str]:
        return faults_in(content) or _strange_in(content)

    def write(self, _key: str, version: Version, decision: Decision, /) -> PollingPolicyVersion:
        """Keep the version; the worker puts the receipts into their tiers by it within a minute."""
        actor, now = decision.actor, decision.now
        row = PollingPolicyVersion(
            number=version.number,
            content=version.content,
            base=version.base,
            reason=decision.reason,
            published_by=acting_person(actor),
            published_at=now,
        )
        row.save(force_insert=True)
        data = {"version": row.number, "state": version.content["state"]}
        acting(actor=actor, now=now).record(actions.POLICY_PUBLISHED, row, **data)
        return row


TOPIC: Final = PolicyTopic()


def tidied(content: Any) -> Any:
    """Return a document with its forms and teams as receipts and matters have them, as far as that is clear.

    "i485" and "485" are the I-485, a team's name its id; what is not clear stays, for `faults` to name.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("rules"), list):
        return content
    ids = defaultdict[str, list[str]](list)
    for team, name in list_teams().values_list("pk", "name"):
        ids[name.strip().casefold()].append(str(team))

    def team_of(said: str) -> str:
        found = ids.get(said.strip().casefold(), [])
        return found[0] if len(found) == 1 else said

    return {**content, "rules": [_tidied_rule(rule, team_of) for rule in content["rules"]]}


def _tidied_rule(rule: Any, team_of: Callable[[str], str]) -> Any:
    when = rule.get("when") if isinstance(rule, Mapping) else None
    if not isinstance(when, Mapping):
        return rule
    ways: dict[str, Callable[[str], str]] = {"form": lambda said: read_form(said) or said, "team": team_of}
    clear = {
        name: list(dict.fromkeys(way(each) if isinstance(each, str) else each for each in when[name]))
        for name, way in ways.items()
        if isinstance(when.get(name), list) and all(isinstance(each, str) for each in when[name])
    }
    return {**rule, "when": {**when, **clear}}


def _strange_in(content: Mapping[str, Any]) -> list[str]:
    """Return which forms and teams of the rules nobody knows, each with its place: such a rule is never met.

    Only what is to be published is looked at: a team that goes later ends no policy.
    """
    named = {
        (number, name, each)
        for number, rule in enumerate(content["rules"], 1)
        for name in ("form", "team")
        for each in rule["when"].get(name, [])
    }
    forms = {each for _number, name, each in named if name == "form"} - FORMS
    teams = {str(pk) for pk in list_teams().values_list("pk", flat=True)} if named else set()
    theirs = Receipt.objects.filter(form_type__in=forms) if forms else Receipt.objects.none()
    seen = theirs.order_by().values_list("form_type", flat=True).distinct()
    known: Mapping[str, Collection[str]] = {"form": FORMS | set(seen), "team": teams}
    words = {
        "form": gettext("rules, %(n)d, form: “%(said)s” is no form that is known here. Write it as I-485."),
        "team": gettext("rules, %(n)d, team: there is no team “%(said)s”. Write its name or id."),
    }
    return [
        words[name] % {"n": number, "said": each[:40]}
        for number, name, each in sorted(named)
        if each not in known[name]
    ]


def deciding(standing: Standing, history: Sequence[Version]) -> Version | None:
    """Return the version that decides: the newest that is no shadow, or ours where that cannot be read."""
    found = next((each for each in history if each.faults or each.content["state"] != SHADOW), None)
    is_ours = found is None or found.faults or same(found.content, found.base)
    return standing.shipped if is_ours else found


def _version(row: PollingPolicyVersion) -> Version:
    return Version(Origin.FIRM, row.number, row.content, row.base, tuple(faults_in(row.content)), row)
