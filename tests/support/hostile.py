"""Markup in every field that a person, a file or the government can fill, and how to tell that it acted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.safestring import SafeData
from lxml import html  # type: ignore[import-untyped]  # ships no types

from legist.core import seals
from legist.core.crypto import EncryptedBytesField, EncryptedTextField
from tests.factories.practice import NOW, Firm
from tests.security.world import build
from tracking.mapping.current import in_force
from tracking.mapping.edits import Edit, Rename, SetRule
from tracking.mapping_editor import versions
from tracking.mapping_editor.titles import slug_of
from tracking.normalizer import title_key
from tracking.statuses import StatusCode
from workflows.messages.consent import fingerprint
from workflows.models import Approval, Draft

MARK = "data-hostile"
LONG = (
    f"'\"><img src=x onerror=hit() {MARK}><script {MARK}>hit()</script>"
    f"<div {MARK} hx-post=/hostile/ hx-trigger=load hx-on:click=hit()>{{{{ 7*7 }}}}</div>"
    f"<a {MARK} href=javascript:hit()>javascript:hit()</a>"
)
SHORT = f'"><i {MARK}>'
TINY = '"><u data-h>'
APPS = ("practice", "tracking", "workflows", "portal")

# What no person, file or source writes freely: keys, codes, digests, and names of our own machinery.
NOT_FREE = {
    "action", "action_key", "actions", "actor", "actor_key", "approved_hash", "attention", "behind",
    "buckets", "candidates", "changed", "channels", "closed_codename", "closing", "code", "codename", "codes",
    "conditions", "content_digest", "content_hash", "content_type", "correlation_id",
    "created_by", "current_bucket", "current_code", "data", "decided_by", "digest", "email",
    "email_index", "error", "error_code", "from_bucket", "from_code", "from_stage", "index_hash",
    "issued_known", "key", "kind", "language", "last_error", "latest_error_class", "message_id", "model",
    "next_poll_reason", "next_poll_values", "normalizer", "number", "number_index", "offsets", "own",
    "own_codes", "password",
    "prefix", "prompt_version", "reading_digest", "reading_key", "reminder_offsets", "resolved_by",
    "result_kind", "rule", "scan_digest", "secret_hash", "served", "sha256", "source", "stage_code",
    "steps", "subject_kind", "target", "text_hash", "title_index", "titles", "to_bucket", "to_code",
    "to_stage", "value_masked", "why",
}  # fmt: skip
# JSON whose values are written by people or the source, at their leaves; other JSON is ours.
FREE_JSON = {
    "texts", "original_texts", "facts", "appointment", "unknown_columns", "values", "preview", "content",
    "edits",
}  # fmt: skip
# Days, codes and keys inside JSON are read by the machine before anybody sees them.
CODES_IN_JSON = {
    "key", "code", "kind", "day", "time", "outcome", "served", "number", "lines", "received", "tone", "team",
    "codes",
}  # fmt: skip


def payload(limit: int | None) -> str:
    """Return as much markup as fits into a field."""
    return next((text for text in (LONG, SHORT, TINY) if limit is None or len(text) <= limit), TINY[:limit])


def free_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a model that hold a text somebody else wrote."""
    return [field for field in model._meta.concrete_fields if _is_free(field)]


def _is_free(field: Any) -> bool:
    if field.primary_key or field.is_relation or field.choices or field.name in NOT_FREE:
        return False
    if isinstance(field, EncryptedBytesField | models.SlugField):
        return False
    if isinstance(field, models.JSONField) or type(field).__name__ == "EncryptedJSONField":
        return field.name in FREE_JSON
    return isinstance(field, models.CharField | models.TextField)


def spoiled_world(firm: Firm) -> dict[str, Any]:
    """Build one of everything and spoil it; return the placeholders of the addresses."""
    known = build(firm)
    alice = firm.actor("alice")
    edits: list[Edit] = [
        Rename("IN_REVIEW", "Looked at", "En revisión"),
        SetRule("Zebra Crossing", StatusCode.APPROVED),
    ]
    versions.publish(edits, reason="Clearer.", actor=alice, now=NOW)
    versions.add_edits([Rename("RECEIVED", "Came in", "Llegó")], actor=alice, now=NOW)
    assert spoil_everything() > 100
    in_force.cache_clear()
    return known | {"slug": slug_of(title_key(payload(300)))}


def spoil_everything() -> int:
    """Put markup into every free field of every row of ours; return how many values were replaced.

    It writes past services, rules of names and immutability, as an old version would have: hashes and seals
    say that all of it was approved so.
    """
    count = sum(
        _spoil(model, row)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for row in _rows(model)
    )
    _approve_what_stands_there()
    return count


def _approve_what_stands_there() -> None:
    for draft in Draft.objects.select_related("approval"):
        said = {"content_hash": fingerprint(draft)}
        if draft.approval is not None:
            models.QuerySet(Approval).filter(pk=draft.approval.pk).update(**said)
            said["approved_hash"] = said["content_hash"]
        models.QuerySet(Draft).filter(pk=draft.pk).update(**said)
    for model in seals.sealed_models():
        rows: list[Any] = list(models.QuerySet(model).all())
        for row in rows:
            models.QuerySet(model).filter(pk=row.pk).update(seal=seals.compute(row))


def _rows(model: type[models.Model]) -> list[Any]:
    return list(models.QuerySet(model).all()) if free_fields(model) else []


def _spoil(model: type[models.Model], row: Any) -> int:
    given = {}
    for number, field in enumerate(free_fields(model)):
        value = getattr(row, field.name)
        if not value and field.name in FREE_JSON:
            continue
        spoiled = _spoiled(value, field, unique=f"{row.pk}{number}" if field.unique else "")
        given[field.attname] = field.close(row, spoiled) if isinstance(field, EncryptedTextField) else spoiled
    if given:
        models.QuerySet(model).filter(pk=row.pk).update(**given)
    return len(given)


def _spoiled(value: Any, field: Any, *, unique: str) -> Any:
    if isinstance(value, dict):
        return {
            key: each if key in CODES_IN_JSON else _spoiled(each, field, unique="")
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_spoiled(each, field, unique="") for each in value]
    if isinstance(value, bool | int | float) or (value is None and field.name in FREE_JSON):
        return value
    text = payload(field.max_length)
    return f"{text[: (field.max_length or 500) - 8]}{unique[-8:]}" if unique else text


def acts(page: str) -> list[str]:
    """Return the elements and attributes of a page that came from the markup."""
    if not page.strip():
        return []
    root = html.document_fromstring(page)
    found = list(_acts(root))
    for template in root.iter("template"):
        found += [each for child in template for each in _acts(child)]
    return found


def _acts(root: Any) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            is_ours = name in {MARK, "data-h"} or name.startswith(("on", "hx-on"))
            runs = name in {"href", "src", "action"} and value.strip().lower().startswith(
                ("javascript:", "x")
            )
            if is_ours or runs or value == "/hostile/":
                yield f"<{element.tag} {name}={value[:60]!r}>"


def safe_texts(value: Any, place: str, depth: int = 7) -> Iterator[str]:
    """Yield where data holds a text that is marked safe; forms and query sets are not looked into."""
    if isinstance(value, SafeData):
        yield place
    elif depth and isinstance(value, Mapping):
        for key, each in value.items():
            yield from safe_texts(each, f"{place}.{key}", depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from safe_texts(each, f"{place}[]", depth - 1)
    elif depth and is_dataclass(value):
        for field in fields(value):
            yield from safe_texts(getattr(value, field.name), f"{place}.{field.name}", depth - 1)
