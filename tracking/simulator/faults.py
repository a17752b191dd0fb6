"""Ways for one call to go wrong, by name. Each takes the answer that would have been sent and spoils it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tracking.simulator.answers import fault, flat, problem
from tracking.simulator.messages import Response, as_html, as_json

Effect = Callable[[Response, Mapping[str, Any]], Response]


@dataclass(slots=True)
class Fault:
    """`times` calls fail (None: all), of one receipt or of any. `target` is `status` or `token`.

    `options` are `retry_after` (header value), `seconds` (for slow and hang), `title` (for new_status), and
    for answer: `status`, `headers`, `content_type`, `json` or `text`, `charset`, `prefix` (bytes in front).
    """

    kind: str
    receipt: str | None = None
    times: int | None = 1
    target: str = "status"
    options: Mapping[str, Any] = field(default_factory=dict)


class FaultBox:
    """The faults that are set; the first that fits a call is used up by it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def take(self, target: str, receipt: str | None = None) -> Fault | None:
        """The fault for this call, if one is due."""
        for candidate in self.faults:
            if candidate.target == target and candidate.receipt in (None, receipt):
                self._use(candidate)
                return candidate
        return None

    def _use(self, used: Fault) -> None:
        if used.times is None:
            return
        used.times -= 1
        if used.times <= 0:
            self.faults.remove(used)


def spoil(response: Response, kind: str, options: Mapping[str, Any]) -> Response:
    """What is sent instead of `response`."""
    return EFFECTS[kind](response, options)


def limited(errorcode: str, faultstring: str, retry_after: object) -> Response:
    """A 429 of the gateway, with or without a Retry-After header."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return as_json(429, fault(errorcode, faultstring), headers)


def _instead(status: int, document: Any) -> Effect:
    return lambda _response, _options: as_json(status, document)


def _page(status: int, text: str) -> Effect:
    def effect(_response: Response, options: Mapping[str, Any]) -> Response:
        headers = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
        return as_html(status, text, headers)

    return effect


def _limit(errorcode: str, faultstring: str) -> Effect:
    return lambda _response, options: limited(errorcode, faultstring, options.get("retry_after"))


def _late(seconds: float) -> Effect:
    return lambda response, options: replace(response, delay_s=float(options.get("seconds", seconds)))


def _cut(share: float) -> Effect:
    return lambda response, _options: replace(response, cut_at=int(len(response.encode(close=True)) * share))


def _half(response: Response, _options: Mapping[str, Any]) -> Response:
    return replace(response, body=response.body[: len(response.body) // 2])


def _edit(change: Callable[[dict[str, Any], Mapping[str, Any]], object]) -> Effect:
    """Change the case status in a good answer; other answers stay as they are."""

    def effect(response: Response, options: Mapping[str, Any]) -> Response:
        document = json.loads(response.body)
        if "case_status" not in document:
            return response
        change(document["case_status"], options)
        return as_json(response.status, document)

    return effect


def _add_fields(case: dict[str, Any], _options: Mapping[str, Any]) -> None:
    case.update(serviceTier={"code": "B", "level": 2}, flags=["x"], representedBy=None)


def _drop_optional(case: dict[str, Any], _options: Mapping[str, Any]) -> None:
    for name in set(case) - {"receiptNumber", "current_case_status_text_en"}:
        del case[name]


def _drop_words(case: dict[str, Any], _options: Mapping[str, Any]) -> None:
    for name in [name for name in case if name.startswith("current_case_status_")]:
        del case[name]


def _retitle(case: dict[str, Any], options: Mapping[str, Any]) -> None:
    title = options.get("title", "Alternate Intake Lane Was Assigned")
    case.update(current_case_status_text_en=title, current_case_status_desc_en=f"{title}.")


def _answer(response: Response, options: Mapping[str, Any]) -> Response:
    """Any answer at all; without `json` or `text` the body is what would have been sent."""
    charset = options.get("charset", "utf-8")
    body = response.body
    if "json" in options:
        body = json.dumps(options["json"], ensure_ascii=False).encode(charset)
    elif "text" in options:
        body = str(options["text"]).encode(charset)
    elif charset != "utf-8":
        body = body.decode().encode(charset)
    return Response(
        int(options.get("status", response.status)),
        bytes(options.get("prefix", [])) + body,
        options.get("content_type", response.content_type),
        headers={name: str(value) for name, value in options.get("headers", {}).items()},
    )


def _redirect(_response: Response, _options: Mapping[str, Any]) -> Response:
    return Response(302, b"", headers={"Location": "https://example.org/maintenance"})


EFFECTS: Final[Mapping[str, Effect]] = {
    "answer": _answer,
    "unauthorized": _instead(401, flat("Unauthorized")),
    "unauthorized_fault": _instead(
        401, fault("keymanagement.service.invalid_access_token", "Invalid Access Token")
    ),
    "forbidden": _instead(403, flat("This app has no approved product for the requested resource.")),
    "unknown_receipt": _instead(404, flat("The receipt number is not known to Case Status Online.")),
    "wrong_address": _instead(
        404, fault("messaging.adaptors.http.flow.ApplicationNotFound", "Unable to identify proxy")
    ),
    "malformed_receipt": _instead(422, flat("The receipt number is not in the expected format.")),
    "malformed_problem": _instead(
        422, problem("422-01", "The receipt number is not in the expected format.")
    ),
    "rate_limited": _limit("policies.ratelimit.SpikeArrestViolation", "Spike arrest violation"),
    "quota": _limit("policies.ratelimit.QuotaViolation", "Rate limit quota violation"),
    "http_500": _instead(500, flat("Internal server error")),
    "http_503": _page(503, "Service temporarily unavailable"),
    "html": _page(200, "Scheduled maintenance"),
    "empty": lambda _response, _options: Response(200, b""),
    "slow": _late(2.0),
    "hang": _late(3600.0),
    "drip": lambda response, options: replace(response, drip_s=float(options.get("seconds", 0.05))),
    "truncated": _half,
    "cut": _cut(0.7),
    "reset": _cut(0.0),
    "huge": lambda _response, _options: Response(200, b"[" + b" " * 3_000_000 + b"]"),
    "redirect": _redirect,
    "extra_fields": _edit(_add_fields),
    "only_title": _edit(_drop_optional),
    "missing_fields": _edit(_drop_words),
    "new_status": _edit(_retitle),
    "wrong_receipt": _edit(lambda case, _options: case.update(receiptNumber="IOE9999999999")),
}
