"""The facts a status text states: dates, forms, numbers, offices."""

from __future__ import annotations

import re

from tracking.normalizer import offices
from tracking.normalizer.clauses import RECEIPT
from tracking.normalizer.dates import Dated
from tracking.normalizer.meanings import sort_dates
from tracking.normalizer.results import Facts

_FORM = re.compile(
    r"(?:[Ff]orm|FORM|[Ff]ormulario)s?\s(?P<series>[A-Z]{1,4})\s?-?(?P<number>\d{1,4})(?P<suffix>[A-Z]{0,4})\b"
)
_BARE_FORM = re.compile(r"\b(?P<series>[IN]|EOIR)-?(?P<number>\d{2,4})(?P<suffix>[A-Z]{0,4})\b")
# Papers that are no forms of a case: the notice of action and the arrival record.
_NO_CASE_FORM = frozenset({"I-797", "I-94"})
_OWNED = re.compile(r"\b(?:your|su) $")
_STILL_TO_FILE = re.compile(
    r"\b(?:file|submit|filing|presentar|someter) (?:(?:a|an|un|una|el|la) )?(?:(?:new|nuevo|nueva) )?$"
)
_TRACKING = re.compile(
    r"(?:tracking number|n[uú]mero de seguimiento)(?: assigned| asignado)?(?: is| es|:)?\s"
    r"([A-Za-z]{2} ?\d{9} ?[A-Za-z]{2}|[A-Za-z]{0,2}\d[\dA-Za-z]{7,32}|\d{4}(?: \d{2,4}){3,8})\b"
)


def extract(title: str, text: str, found: list[Dated], *, nameless: str) -> Facts:
    """Read all facts of a plain title and description.

    `found` are the dates of the text; `nameless` is the text without names of forms.
    """
    form, others = _forms(text)
    if form is None and not others:
        form, others = _forms(title)
    timeline = sort_dates(text, found)
    office, role = offices.find(nameless)
    tracking = _TRACKING.search(text)
    receipt = RECEIPT.search(text)
    return Facts(
        event_date=timeline.event,
        form=form,
        other_forms=others,
        receipt_number=re.sub("[ -]", "", receipt[0]) if receipt else None,
        followup_date=timeline.followup,
        deadline=timeline.deadline,
        office=office,
        office_role=role,
        appointment=timeline.appointment,
        tracking_number=tracking[1].replace(" ", "").upper() if tracking else None,
    )


def _forms(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The form of the case, and other forms named; a form still to be filed is never the case's."""
    named: dict[str, None] = {}
    mine: list[str] = []
    stated: list[str] = []
    for match in list(_FORM.finditer(text)) or _BARE_FORM.finditer(text):
        name = f"{match['series']}-{match['number']}{match['suffix']}"
        if f"{match['series']}-{match['number']}" in _NO_CASE_FORM:
            continue
        named[name] = None
        lead = text[max(0, match.start() - 24) : match.start()]
        if not _STILL_TO_FILE.search(lead):
            stated.append(name)
            if _OWNED.search(lead):
                mine.append(name)
    own = next(iter(mine + stated), None)
    return own, tuple(name for name in named if name != own)
