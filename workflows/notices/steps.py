"""What to do about a paper that has not come, step by step. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracking.statuses import CODES, StatusCode

Step = dict[str, Any]
KEY = "missing_paper"

ADDRESS = "Check which address USCIS has for this case, the client's and the attorney's; correct it at once"
CLIENT = "Ask the client whether the notice came to them, and for a photo of every page of it"
ACCOUNT = "Look for the notice in the client's USCIS online account, under Documents"
CALL = (
    "Call the USCIS Contact Center (800-375-5283): ask when and where the notice was mailed, note the answer"
)
REQUEST = "Send the e-request “Did not receive notice by mail” (egov.uscis.gov/e-request); keep its number"
RESEND = "Ask the USCIS Contact Center to mail the returned notice again, to the right address"


def title(code: str) -> str:
    """Return the name of the checklist, by the status that promised the paper."""
    label = CODES[StatusCode(code)].label
    if code == StatusCode.MAIL_RETURNED:
        return "Get the returned notice"
    return f"Find the missing paper: {label}"


def steps_for(code: str, *, due: date | None, today: date) -> list[Step]:
    """Return the steps in order; `due` is the last day to answer as known so far, for requests.

    Each has the key, role, text and `days` of a checklist item.
    """
    common = [_step("address", ADDRESS, 1), _step("account", ACCOUNT, 1), _step("client", CLIENT, 2)]
    if code == StatusCode.MAIL_RETURNED:
        return [*common, _step("call", RESEND, 2)]
    asking = [_step("call", CALL, 3), _step("request", REQUEST, 4)]
    return [*_window(due, today), *common, *asking]


def _window(due: date | None, today: date) -> list[Step]:
    """The first thing to know about a request is how much of its time is left."""
    if due is None:
        return []
    left = (due - today).days
    words = f"{left} days are left" if left > 1 else "one day is left" if left == 1 else "no day is left"
    text = (
        f"The answer is due {due:%B} {due.day}, {due.year} as known so far, {words}: plan without the paper"
    )
    return [{"key": "window", "role": "attorney", "text": text, "days": 1}]


def _step(key: str, text: str, days: int) -> Step:
    return {"key": key, "role": "paralegal", "text": text, "days": days}
