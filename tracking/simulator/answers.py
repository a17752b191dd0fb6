"""The JSON the API sends: case statuses in all their documented varieties, errors in three shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tracking.simulator.cases import Case, CaseBook, Event
from tracking.simulator.clock import EASTERN, eastern_day
from tracking.simulator.wording import ENGLISH, SPANISH, Text

FORMS: Final[dict[str, tuple[str, str]]] = {
    "I-90": (
        "Application to Replace Permanent Resident Card (Green Card)",
        "Solicitud para Reemplazar Tarjeta de Residente Permanente",
    ),
    "I-129": ("Petition for a Nonimmigrant Worker", "Petición de Trabajador No Inmigrante"),
    "I-130": ("Petition for Alien Relative", "Petición de Familiar Extranjero"),
    "I-131": ("Application for Travel Document", "Solicitud de Documento de Viaje"),
    "I-140": ("Immigrant Petition for Alien Workers", "Petición de Trabajador Extranjero Inmigrante"),
    "I-485": (
        "Application to Register Permanent Residence or Adjust Status",
        "Solicitud de Registro de Residencia Permanente o Ajuste de Estatus",
    ),
    "I-539": (
        "Application to Extend/Change Nonimmigrant Status",
        "Solicitud para Extender o Cambiar el Estatus de No Inmigrante",
    ),
    "I-751": (
        "Petition to Remove Conditions on Residence",
        "Petición para Eliminar las Condiciones en la Residencia",
    ),
    "I-765": ("Application for Employment Authorization", "Solicitud de Autorización de Empleo"),
    "I-821": ("Application for Temporary Protected Status", "Solicitud de Estatus de Protección Temporal"),
    "N-400": ("Application for Naturalization", "Solicitud de Naturalización"),
    "N-600": ("Application for Certificate of Citizenship", "Solicitud de Certificado de Ciudadanía"),
}


def english(form: str) -> str:
    """`Form I-765, Application for Employment Authorization`."""
    return f"Form {form}, {FORMS[form][0]}" if form in FORMS else f"Form {form}"


def spanish(form: str) -> str:
    """`Formulario I-765, Solicitud de Autorización de Empleo`."""
    return f"Formulario {form}, {FORMS[form][1]}" if form in FORMS else f"Formulario {form}"


_ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SPANISH_MONTHS: Final = (
    *("Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio"),
    *("Agosto", "Septiembre", "Octubre", "Noviembre", "Diciembre"),
)
_OFFICES: Final = (
    "the National Benefits Center",
    "the Texas Service Center",
    "the Nebraska Service Center",
    "the Potomac Service Center",
)
_NOT_RECEIVED_AFTER: Final = timedelta(days=30)


def case_status(book: CaseBook, case: Case, *, real: float) -> dict[str, Any]:
    """The answer for a case now."""
    events = book.so_far(case, real=real)
    moments = [book.happened(case, event) for event in events]
    day = eastern_day(moments[-1])
    form = case.form.replace("-", "") if _draw(case.receipt, "form", 2) else case.form
    body: dict[str, Any] = {"receiptNumber": case.receipt, "formType": form}
    if not case.receipt.startswith("IOE"):
        body["submittedDate"] = _stamp(case, moments[0])
        body["modifiedDate"] = _stamp(case, moments[-1])
    body |= _texts(case, events[-1], day=day)
    history = [(event, eastern_day(moment)) for event, moment in zip(events[:-1], moments[:-1], strict=True)]
    body |= _history(case, history)
    return {"case_status": body, "message": "Query was successful."}


def _texts(case: Case, event: Event, *, day: date) -> dict[str, str]:
    english, spanish = ENGLISH.of(event.status), SPANISH.of(event.status)
    if _draw(case.receipt, "spanish", 12) == 0:
        spanish = Text("", "")
    texts = {
        "current_case_status_text_en": english.title,
        "current_case_status_desc_en": english.description.format(**english_slots(case, day)),
        "current_case_status_text_es": spanish.title,
        "current_case_status_desc_es": spanish.description.format(**spanish_slots(case, day)),
    }
    return texts | dict(event.custom or {})


def english_slots(case: Case, day: date) -> dict[str, str]:
    """What stands in the slots of an English text."""
    by = english_date(day + _NOT_RECEIVED_AFTER)
    closing = {"copy": ENGLISH.copy.format(by=by), "move": ENGLISH.move}
    return _slots(case) | {"day": english_date(day), "form": english(case.form), **closing}


def spanish_slots(case: Case, day: date) -> dict[str, str]:
    """What stands in the slots of a Spanish text."""
    by = spanish_date(day + _NOT_RECEIVED_AFTER)
    closing = {"copy": SPANISH.copy.format(by=by), "move": SPANISH.move}
    return _slots(case) | {"day": spanish_date(day), "form": spanish(case.form), **closing}


def _slots(case: Case) -> dict[str, str]:
    return {
        "receipt": case.receipt,
        "office": _OFFICES[_draw(case.receipt, "office", len(_OFFICES))],
        "tracking": f"92055{_draw(case.receipt, 'tracking', 10**17):017d}",
    }


def english_date(day: date) -> str:
    """`June 4, 2025`."""
    return f"{_ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"


def spanish_date(day: date) -> str:
    """`04 de Junio de 2025`."""
    return f"{day.day:02d} de {_SPANISH_MONTHS[day.month - 1]} de {day.year}"


def _stamp(case: Case, moment: float) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(EASTERN)
    return local.strftime("%Y-%m-%dT%H:%M:%S" if _draw(case.receipt, "iso", 8) == 0 else "%m-%d-%Y %H:%M:%S")


def _history(case: Case, earlier: Sequence[tuple[Event, date]]) -> dict[str, Any]:
    """A list for some receipts, null or nothing for others; the sandbox fixes it for two of its own."""
    fixed = {"EAC9999103400": 1, "EAC9999103403": 0}
    variety = fixed.get(case.receipt, _draw(case.receipt, "history", 3))
    if variety == 2:
        return {}
    items = [_history_item(event, day) for event, day in reversed(earlier[-5:])]
    return {"hist_case_status": None if variety == 1 else items}


def _history_item(event: Event, day: date) -> dict[str, str]:
    custom = (event.custom or {}).get("current_case_status_text_en")
    english, spanish = ENGLISH.of(event.status).title, SPANISH.of(event.status).title
    return {
        "date": day.isoformat(),
        "completed_text_en": custom or english,
        "completed_text_es": spanish,
    }


def _draw(receipt: str, purpose: str, count: int) -> int:
    """A number below `count` that depends on the receipt alone."""
    digest = hashlib.blake2b(f"{purpose}:{receipt}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


def flat(message: str) -> dict[str, Any]:
    """The shape most errors have."""
    return {"message": message}


def problem(code: str, message: str) -> dict[str, Any]:
    """The shape the portal documents after RFC 9457."""
    return {"errors": [{"code": code, "message": message, "traceId": "5f2c9a7e-simulated"}]}


def fault(errorcode: str, faultstring: str) -> dict[str, Any]:
    """The gateway's shape."""
    return {"fault": {"faultstring": faultstring, "detail": {"errorcode": errorcode}}}
