"""What a firm says about statuses: its stages, and its own readings of titles. Pure.

The canonical codes and buckets (`tracking.statuses`) stay as they are; a firm's buckets lie on top and
each gathers codes. So a stage can be renamed, merged, split, ordered or coloured without touching a
single receipt: which bucket a case is in follows from its stage code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from tracking.normalizer import FirmRule, title_key
from tracking.statuses import BUCKETS, CODES, Bucket, StatusCode, Tone, with_newer

NAME_LENGTH: Final = 40
TITLE_LENGTH: Final = 300


class MappingError(Exception):
    """A vocabulary, or a change to one, that makes no sense; `message` says what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class FirmBucket:
    """One stage as the firm names it. `team` is the id of the team that owns it, or empty."""

    key: str
    name: str
    tone: Tone
    codes: tuple[StatusCode, ...]
    name_es: str = ""
    team: str = ""

    @property
    def canonical(self) -> Bucket:
        """The canonical bucket most of it comes from; decides the icon."""
        return CODES[self.codes[0]].bucket


@dataclass(frozen=True, slots=True)
class TitleRule:
    """The firm's own reading of one title. None in a flag means the default of the code."""

    title: str
    code: StatusCode
    client_action: bool | None = None
    terminal: bool | None = None

    @property
    def key(self) -> str:
        return title_key(self.title)

    @property
    def firm_rule(self) -> FirmRule:
        return FirmRule.for_title(
            self.title, self.code, client_action=self.client_action, terminal=self.terminal
        )


@dataclass(frozen=True)
class StatusMapping:
    """Everything a firm says about statuses, as one value. `number` is its version; 0 is ours."""

    buckets: tuple[FirmBucket, ...]
    rules: tuple[TitleRule, ...] = ()
    number: int = 0
    firm_rules: tuple[FirmRule, ...] = field(init=False, repr=False, compare=False)
    by_code: Mapping[str, FirmBucket] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = {str(code): bucket for bucket in self.buckets for code in bucket.codes}
        object.__setattr__(self, "firm_rules", tuple(rule.firm_rule for rule in self.rules))
        object.__setattr__(self, "by_code", MappingProxyType(by_code))

    def bucket_of(self, code: str) -> FirmBucket | None:
        """Return the firm's bucket of a stage code; None for a side event or an empty code."""
        return self.by_code.get(code)

    def bucket(self, key: str) -> FirmBucket:
        """Return the bucket with this key; raises MappingError when there is none."""
        found = next((bucket for bucket in self.buckets if bucket.key == key), None)
        if found is None:
            message = "This stage does not exist any more. Reload the page."
            raise MappingError(message)
        return found

    def rule_for(self, title: str) -> TitleRule | None:
        """Return the firm's rule for a title, whatever its case, accents and punctuation."""
        key = title_key(title)
        return next((rule for rule in self.rules if rule.key == key), None)


STAGE_CODES: Final = tuple(code for code, info in CODES.items() if info.bucket != Bucket.NO_STAGE)


def _split_off(bucket: Bucket, *apart: StatusCode) -> tuple[StatusCode, ...]:
    return tuple(code for code in STAGE_CODES if CODES[code].bucket == bucket and code not in apart)


def _default(bucket: Bucket, name: str, name_es: str, *apart: StatusCode) -> FirmBucket:
    return FirmBucket(str(bucket), name, BUCKETS[bucket].tone, _split_off(bucket, *apart), name_es)


DEFAULT: Final = StatusMapping(
    (
        _default(Bucket.RECEIVED, "Received", "Recibido"),
        FirmBucket(
            "INITIAL_REVIEW", "Initial Review", Tone.WAITING, (StatusCode.INITIAL_REVIEW,), "Revisión inicial"
        ),
        _default(Bucket.BIOMETRICS, "Biometrics", "Datos biométricos"),
        _default(Bucket.IN_REVIEW, "In Review", "En revisión", StatusCode.INITIAL_REVIEW),
        _default(Bucket.ACTION_REQUESTED, "RFE / action requested", "RFE / acción solicitada"),
        _default(Bucket.INTERVIEW_OATH, "Interview", "Entrevista"),
        _default(Bucket.APPROVED, "Approved", "Aprobado"),
        _default(Bucket.DOCUMENT, "Card / document", "Tarjeta / documento"),
        _default(Bucket.RETURNED_MAIL, "Returned mail", "Correo devuelto"),
        _default(Bucket.DENIED, "Denied", "Denegado"),
        _default(Bucket.REJECTED, "Rejected", "Rechazado"),
        _default(Bucket.CLOSED, "Closed / archived", "Cerrado / archivado"),
        _default(Bucket.APPEAL_REOPEN, "Appeal / reopened", "Apelación / reabierto"),
    )
)
"""What a firm starts with, under the names firms use."""


def validated(vocabulary: StatusMapping) -> StatusMapping:
    """Return the vocabulary if it makes sense; raises MappingError that says what is wrong.

    Every stage code stands in exactly one bucket, names are given and differ, every rule names a title
    of its own and a code that can be read.
    """
    _check_codes(vocabulary.buckets)
    _check_names(vocabulary.buckets)
    _check_rules(vocabulary.rules)
    return vocabulary


def _check_codes(buckets: Iterable[FirmBucket]) -> None:
    held = Counter(code for bucket in buckets for code in bucket.codes)
    wrong = [code for code in STAGE_CODES if held[code] != 1] + [
        code for code in held if code not in STAGE_CODES
    ]
    if wrong:
        labels = ", ".join(sorted(CODES[code].label for code in wrong))
        message = f"Every status belongs to one stage; look at: {labels}."
        raise MappingError(message)
    if any(not bucket.codes for bucket in buckets):
        message = "A stage without a status would never be seen. Merge it into another."
        raise MappingError(message)


def _check_names(buckets: Iterable[FirmBucket]) -> None:
    names = Counter(bucket.name.strip().casefold() for bucket in buckets)
    if any(not name for name in names):
        message = "Give every stage a name."
        raise MappingError(message)
    if twice := next((name for name, count in names.items() if count > 1), ""):
        message = f"Two stages are called “{twice}”. Choose another name, or merge them."
        raise MappingError(message)
    if any(len(name) > NAME_LENGTH for bucket in buckets for name in (bucket.name, bucket.name_es)):
        message = f"A name of a stage has at most {NAME_LENGTH} characters."
        raise MappingError(message)


def _check_rules(rules: Iterable[TitleRule]) -> None:
    keys = Counter(rule.key for rule in rules)
    if any(not key for key in keys):
        message = "A rule needs the title as USCIS writes it."
        raise MappingError(message)
    if any(count > 1 for count in keys.values()):
        message = "There are two rules for one title."
        raise MappingError(message)
    if any(rule.code is StatusCode.UNKNOWN for rule in rules):
        message = "A rule says what a title means; “not understood” is no meaning."
        raise MappingError(message)


def _completed(buckets: Iterable[FirmBucket]) -> tuple[FirmBucket, ...]:
    """The buckets, each with the newer codes of its older ones that none of them holds."""
    given = tuple(buckets)
    held = {code for bucket in given for code in bucket.codes}
    return tuple(
        replace(bucket, codes=in_order({*bucket.codes, *(with_newer(bucket.codes) - held)}))
        if with_newer(bucket.codes) - held
        else bucket
        for bucket in given
    )


def in_order(codes: Iterable[StatusCode]) -> tuple[StatusCode, ...]:
    """Return codes of stages in the order of the canonical list."""
    held = set(codes)
    return tuple(code for code in STAGE_CODES if code in held)


def to_json(vocabulary: StatusMapping) -> dict[str, Any]:
    """Return the vocabulary as plain values, without its number."""
    return {
        "buckets": [
            {
                "key": bucket.key,
                "name": bucket.name,
                "name_es": bucket.name_es,
                "tone": str(bucket.tone),
                "team": bucket.team,
                "codes": [str(code) for code in bucket.codes],
            }
            for bucket in vocabulary.buckets
        ],
        "rules": [
            {
                "title": rule.title,
                "code": str(rule.code),
                "client_action": rule.client_action,
                "terminal": rule.terminal,
            }
            for rule in vocabulary.rules
        ],
    }


def from_json(content: Mapping[str, Any], *, number: int) -> StatusMapping:
    """Return the vocabulary that `to_json` wrote down; a code that is newer stands beside its older one."""
    return StatusMapping(
        _completed(
            FirmBucket(
                key=given["key"],
                name=given["name"],
                name_es=given["name_es"],
                tone=Tone(given["tone"]),
                team=given["team"],
                codes=tuple(StatusCode(code) for code in given["codes"]),
            )
            for given in content["buckets"]
        ),
        tuple(
            TitleRule(given["title"], StatusCode(given["code"]), given["client_action"], given["terminal"])
            for given in content["rules"]
        ),
        number,
    )
