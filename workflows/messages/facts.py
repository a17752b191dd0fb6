"""The facts a message or letter is filled with, and the list of them that the attorney checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from legist.practice.models import Client, Matter
from tracking.receipts import ReceiptNumber
from tracking.selectors import ChangeFacts
from workflows.checklists.duties import Duties, overtaken_by
from workflows.models import Deadline
from workflows.plain_language import SHIPPED, Catalog
from workflows.plain_language.catalog import asks_of_client
from workflows.plain_language.form_names import canonical, name_form

FIELDS = (
    "client_name",
    "firm_name",
    "matter_reference",
    "form",
    "form_name",
    "receipt_number",
    "meaning",
    "todo",
    "next",
    "event_date",
    "today",
    "due_date",
    "citation",
    "attorney_name",
    "portal_url",
)
"""The placeholders of message and document templates."""
# A subject is read on locked screens and by whoever carries the mail.
SUBJECT_FIELDS = tuple(name for name in FIELDS if name != "receipt_number")
DATE_FORMATS = {"en": "F j, Y", "es": r"j \d\e F \d\e Y"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts come from; `book` holds the plain words in force.

    `duties` is what is open about the receipt.
    """

    change: ChangeFacts
    matter: Matter
    client: Client
    deadline: Deadline | None
    now: datetime
    book: Catalog = field(default=SHIPPED)
    duties: Duties = field(default_factory=Duties)


def long_date(day: date | None, language: str) -> str:
    """Return a day in words, or an empty text."""
    if day is None:
        return ""
    with override(language):
        return date_format(day, DATE_FORMATS.get(language, DATE_FORMATS["en"]))


def values(source: Source, language: str) -> dict[str, Any]:
    """Return the placeholders of message and document templates in one language.

    The provisional date of a deadline is for the firm's own documents; client messages do not use it.
    """
    code, duties = source.change.code, _open(source)
    wording = source.book.find(code, language, has_remedy=duties.has_remedy)
    if settled := overtaken_by(code, duties.codes):
        wording = source.book.between(code, settled, language, has_remedy=duties.has_remedy)
    deadline, attorney = source.deadline, source.matter.attorney
    return {
        "client_name": source.client.name,
        "firm_name": settings.LEGIST_FIRM_NAME,
        "matter_reference": source.matter.reference,
        "form": canonical(source.change.form),
        "form_name": name_form(source.change.form, language),
        "receipt_number": source.change.number,
        "meaning": wording.meaning,
        "todo": _todo(source, language),
        "next": wording.next,
        "event_date": long_date(source.change.event_date, language),
        "today": long_date(timezone.localtime(source.now).date(), language),
        "due_date": long_date(deadline.due_date if deadline else None, language),
        "citation": deadline.citation if deadline else "",
        "attorney_name": attorney.name if attorney and attorney.is_active else "",
        "portal_url": f"{settings.LEGIST_BASE_URL}/portal/",
    }


def client_values(source: Source, language: str) -> dict[str, Any]:
    """Return the placeholders of a message to the client, with the receipt's number as the firm shows it.

    One who is protected is told of no form and no number: whoever sees their post or their telephone must not
    learn what they have applied for.
    """
    found = values(source, language)
    if source.client.protected_at:
        return found | {"form": "", "form_name": name_form(None, language), "receipt_number": ""}
    return found | {"receipt_number": _shown_number(source.change.number)}


def _shown_number(number: str) -> str:
    shown = {"full": number, "masked": ReceiptNumber(number).masked if number else ""}
    return shown.get(settings.LEGIST_NUMBER_IN_MESSAGES, "")


def made_up(language: str) -> dict[str, Any]:
    """Return every placeholder filled for a client and a case that nobody has."""
    day = date(2030, 1, 15)
    form, wording = "I-485", SHIPPED.find("INTERVIEW_SCHEDULED", language)
    return {
        "client_name": "Maria Example",
        "firm_name": settings.LEGIST_FIRM_NAME,
        "matter_reference": "EXAMPLE-1",
        "form": form,
        "form_name": name_form(form, language),
        "receipt_number": ReceiptNumber("IOE9900000018").masked,
        **wording._asdict(),
        "event_date": long_date(day, language),
        "today": long_date(day, language),
        "due_date": long_date(day, language),
        "citation": "8 CFR 0.0",
        "attorney_name": "Anna Example",
        "portal_url": f"{settings.LEGIST_BASE_URL}/portal/",
    }


def _open(source: Source) -> Duties:
    """Return what is open after this very news."""
    return source.duties.after([(source.change.code, source.change.detected_at)])


def _todo(source: Source, language: str) -> str:
    """Return what to do: news that asks for nothing does not say so while something is open."""
    codes = _open(source).codes
    if asks_of_client(source.change.code) or not codes:
        return source.book.find(source.change.code, language).todo
    return " ".join(source.book.duties(codes, language))


def facts_used(source: Source) -> list[dict[str, str]]:
    """Return what the text rests on, `[{key, value}]`, for the attorney to check against the file."""
    change, deadline = source.change, source.deadline
    rows = {
        "client": source.client.name,
        "language": source.client.language,
        "code": change.code,
        "previous_code": change.previous_code,
        "form": canonical(change.form),
        "event_date": change.event_date.isoformat() if change.event_date else "",
        "source": change.source,
        "wording": source.book.versions.get(change.code, ""),
        "deadline": deadline.due_date.isoformat() if deadline and deadline.due_date else "",
    }
    return [{"key": key, "value": str(value)} for key, value in rows.items() if value]
