"""A decision and its facts as JSON primitives."""

from __future__ import annotations

from typing import Any

from tracking.normalizer.results import Appointment, Facts, Normalized


def as_record(result: Normalized) -> dict[str, Any]:
    """Return the decision as JSON primitives; dates in ISO form, null where the text has none."""
    return {
        "code": result.code.value,
        "bucket": result.bucket.value,
        "confidence": result.confidence,
        "needs_review": result.needs_review,
        "client_action": result.client_action,
        "terminal": result.terminal,
        "rule": result.rule,
        "words": result.words,
        "version": result.version,
        "facts": facts_as_record(result.facts),
    }


def facts_as_record(facts: Facts) -> dict[str, Any]:
    """Return the facts as JSON primitives."""
    return {
        "event_date": facts.event_date.isoformat() if facts.event_date else None,
        "form": facts.form,
        "other_forms": list(facts.other_forms),
        "receipt_number": facts.receipt_number,
        "followup_date": facts.followup_date.isoformat() if facts.followup_date else None,
        "deadline": facts.deadline.isoformat() if facts.deadline else None,
        "office": facts.office,
        "office_role": facts.office_role.value if facts.office_role else None,
        "appointment": _appointment(facts.appointment),
        "tracking_number": facts.tracking_number,
    }


def _appointment(appointment: Appointment | None) -> dict[str, str | None] | None:
    if appointment is None:
        return None
    return {
        "date": appointment.day.isoformat(),
        "time": appointment.at.isoformat("minutes") if appointment.at else None,
        "place": appointment.place,
    }
