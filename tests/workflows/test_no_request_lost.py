"""Whatever USCIS says in whatever order: no request is lost, nothing starts twice, no false all-clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.outbox import drain
from portal import selectors
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, read
from tracking.models import Receipt, ReviewItem
from tracking.observations.standing import REQUESTS, answers_request
from tracking.sources.base import HistoryItem
from tracking.states import ABOUT_THE_CASE
from workflows.models import Deadline
from workflows.plain_language import LANGUAGES

DAY = timedelta(days=1)
FORM = "your Form I-485"
# What USCIS may say: its code, its title, and what stands behind "On March 1, 2026, we".
SAID = {
    "received": ("RECEIVED", "Case Was Received", f"received {FORM}."),
    "rfe": (
        "RFE_ISSUED",
        "Request for Additional Evidence Was Sent",
        f"mailed a request for additional evidence for {FORM}.",
    ),
    "noid": (
        "NOID_ISSUED",
        "Notice of Intent to Deny Was Mailed",
        f"mailed a notice of intent to deny for {FORM}.",
    ),
    "answered_rfe": (
        "RESPONSE_RECEIVED",
        "Response To USCIS' Request For Evidence Was Received",
        f"received your response to our Request for Evidence for {FORM}.",
    ),
    "answered_noid": (
        "RESPONSE_RECEIVED",
        "Response To Notice of Intent to Deny Was Received",
        f"received your response to our notice of intent to deny for {FORM}.",
    ),
    "answered": ("RESPONSE_RECEIVED", "Response Was Received", f"received your response for {FORM}."),
    "cancelled": (
        "REQUEST_CANCELLED",
        "Request for Additional Evidence Was Cancelled",
        f"cancelled the request for evidence for {FORM}.",
    ),
    "approved": ("APPROVED", "Case Was Approved", f"approved {FORM}."),
    "expedite": ("EXPEDITE", "Expedite Request Received", f"received your request to expedite {FORM}."),
    "transferred": ("TRANSFERRED", "Case Was Transferred", f"transferred {FORM} to another office."),
    "biometrics": (
        "BIOMETRICS_SCHEDULED",
        "Biometrics Appointment Was Scheduled",
        "scheduled you for a biometrics appointment.",
    ),
    "ready": (
        "INTERVIEW_READY",
        "Case Is Ready to Be Scheduled for An Interview",
        f"made {FORM} ready to be scheduled for an interview.",
    ),
    "odd": ("UNKNOWN", "Something About Your Case Was Perhaps Moved", "did something."),
}
KINDS = {"RFE_ISSUED": "rfe", "NOID_ISSUED": "noid"}
ABOUT_REQUESTS = ("same_notice", "behind_decision", "past_request", "went_back")
NOTHING = ("do not need to do", "Nothing to do", "No tiene que hacer", "no tiene que hacer")


@dataclass(frozen=True)
class Event:
    """Something USCIS says `after` days; `shows_again`: the last of its kind once more, with its words.

    From a history, which has no words, nobody can tell that: only what is read shows again.
    """

    said: str
    after: int
    is_dated: bool
    shows_again: bool
    is_read: bool
    has_history: bool
    is_waived: bool


@dataclass(frozen=True)
class Happened:
    """An event on its day; `notice_day` is that of the notice which its words name."""

    event: Event
    day: date
    notice_day: date

    @property
    def code(self) -> str:
        return SAID[self.event.said][0]

    @property
    def title(self) -> str:
        return SAID[self.event.said][1]

    @property
    def text(self) -> str:
        did = SAID[self.event.said][2]
        return f"On {self.notice_day:%B %-d, %Y}, we {did}" if self.event.is_dated else f"We {did}"


EVENTS = st.lists(
    st.builds(
        Event,
        said=st.sampled_from(["rfe", "noid", *SAID]),
        after=st.integers(0, 4),
        is_dated=st.booleans(),
        shows_again=st.booleans(),
        is_read=st.booleans(),
        has_history=st.booleans(),
        is_waived=st.booleans(),
    ),
    min_size=2,
    max_size=7,
)


def happened(events: Sequence[Event]) -> list[Happened]:
    found, day = list[Happened](), NOW.date() - 40 * DAY
    for event in events:
        day += event.after * DAY
        before = [each.notice_day for each in found if each.event.said == event.said and event.is_dated]
        found.append(
            Happened(event, day, before[-1] if event.shows_again and event.is_read and before else day)
        )
    return found


def play(firm: Firm, receipt: Receipt, all_of_it: Sequence[Happened]) -> set[int]:
    """Have the receipt read after some events; return the places of those that a reading has shown.

    An attorney may give up the date of a request that was cancelled.
    """
    shown = set[int]()
    for place, now in enumerate(all_of_it):
        if not now.event.is_read and place < len(all_of_it) - 1:
            continue
        earlier = all_of_it[:place] if now.event.has_history else []
        shown |= {place, *range(len(earlier))}
        at = datetime.combine(now.day, NOW.timetz()) + timedelta(minutes=place)
        history = tuple(HistoryItem(each.day, each.title) for each in reversed(earlier))
        read(receipt, now.title, now.text, at=at, form_type="I-485", history=history)
        drain(now=at)
        if now.event.is_waived and now.code == "REQUEST_CANCELLED":
            Deadline.objects.filter(receipt=receipt, kind="rfe", state="open").update(
                state="waived", closed_at=at, closed_by=firm.alice
            )
    return shown


def is_answered(request: Happened, later: Sequence[Happened]) -> bool:
    return any(answers_request(each.code, each.title, request=request.code) for each in later)


def check(firm: Firm, receipt: Receipt, all_of_it: Sequence[Happened], shown: set[int]) -> None:
    asked = ReviewItem.objects.filter(receipt=receipt, state="open")
    is_asked = asked.filter(kind__in=ABOUT_THE_CASE).exists()
    is_asked_of = asked.filter(kind__in=ABOUT_REQUESTS).exists()
    dates = list(Deadline.objects.filter(receipt=receipt, state="open").values_list("kind", "issued_on"))
    for place in shown:
        request = all_of_it[place]
        if request.code not in REQUESTS or is_answered(request, all_of_it[place + 1 :]):
            continue
        own = [day for kind, day in dates if kind == KINDS[request.code]]
        has_date = request.notice_day in own if request.event.is_dated else bool(own)
        assert has_date or is_asked_of, ("lost", place)
    for code, kind in KINDS.items():
        notices = {each.notice_day for each in all_of_it if each.code == code}
        if any(each.event.has_history for each in all_of_it):
            # A history has no words: what shows again unseen is raised by its day, lest it be another.
            notices |= {each.day for each in all_of_it if each.code == code}
        assert sum(1 for each, _day in dates if each == kind) <= len(notices), ("twice", kind)
    for language in LANGUAGES:
        case = selectors.access_case(firm.actor("dana"), receipt.pk, language=language, now=NOW)
        if is_asked or dates:
            assert not any(words in case.todo for words in NOTHING), ("all clear", case.todo)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=EVENTS)
def test_no_request_is_lost_and_nothing_starts_twice(events: list[Event], firm: Firm) -> None:
    with transaction.atomic():
        receipt = make_receipt(matter=firm.danas_matter)
        all_of_it = happened(events)
        shown = play(firm, receipt, all_of_it)
        check(firm, receipt, all_of_it, shown)
        transaction.set_rollback(True)
