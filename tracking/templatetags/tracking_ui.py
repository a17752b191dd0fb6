"""Tracking's words in templates: `{% load tracking_ui %}`."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.formats import number_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from legist.core.templatetags import ui
from legist.core.web import moments
from legist.core.web.parts import part
from tracking.mapping.content import FirmBucket, StatusMapping
from tracking.selectors import Freshness, FreshnessState, Polling
from tracking.selectors import freshness as freshness_of
from tracking.sources import label_of
from tracking.sources.masking import mask_receipts
from tracking.states import Stale
from tracking.web import labels
from tracking.web.answers import matter_url
from tracking.web.mapping import labels as mapping_labels

if TYPE_CHECKING:
    from tracking.models import Receipt

register = template.Library()

register.filter("source_label", label_of)
register.filter("error_label", labels.error_words)


@register.simple_tag
def code_badge(code: str, *, size: str = "") -> SafeString:
    """Show a status code as a badge."""
    words = labels.status_words(code)
    return ui.status_badge(words.label, words.tone, words.icon, size=size)


@register.simple_tag
def stage_badge(bucket: FirmBucket, *, size: str = "") -> SafeString:
    """Show one of the firm's stages as a badge."""
    words = mapping_labels.stage_words(bucket)
    return ui.status_badge(words.label, words.tone, words.icon, size=size)


@register.simple_tag
def receipt_badge(receipt: Receipt, vocabulary: StatusMapping, *, size: str = "") -> SafeString:
    """Show the stage a receipt is in as the firm calls it; its status where it is in none."""
    bucket = vocabulary.bucket_of(receipt.stage_code)
    return stage_badge(bucket, size=size) if bucket else code_badge(receipt.current_code, size=size)


@register.filter
def status_beside(receipt: Receipt, vocabulary: StatusMapping) -> str:
    """`{{ receipt|status_beside:vocabulary }}`: the status code, where the badge does not say it already."""
    bucket = vocabulary.bucket_of(receipt.stage_code)
    if bucket is None:
        return ""
    stage, status = mapping_labels.stage_name(bucket), code_label(receipt.current_code)
    return receipt.current_code if stage.casefold() != status.casefold() else ""


@register.simple_tag
def source_words(change: Any) -> SafeString:
    """Show what the source wrote, in each language that it wrote in; receipt numbers masked."""
    written = (
        ("en", change.title_en, change.description_en),
        ("es", change.title_es, change.description_es),
    )
    return part("tracking/source_words", said=[each for each in written if each[1] or each[2]])


@register.simple_tag
def code_move(before: str, after: str) -> SafeString:
    """Show which status became which; there may have been none before."""
    return part("move", before=code_label(before) if before else "", badge=code_badge(after))


@register.simple_tag
def stage_move(before: FirmBucket, after: FirmBucket) -> SafeString:
    """Show which of the firm's stages became which."""
    return part("move", before=mapping_labels.stage_name(before), badge=stage_badge(after))


@register.simple_tag
def receipt_freshness(
    receipt: Receipt,
    now: datetime,
    fresh: Freshness | None = None,
    *,
    polling: Polling | None = None,
    only_old: bool = False,
) -> str:
    """Show how old the status of a receipt is, from where, whether that is too old and why, and what comes.

    `fresh` where it is known already; else it is judged beside `polling`, read once for the page. `only_old`:
    nothing is said of one that is well, where a list shows when each change came.
    """
    fresh = fresh or freshness_of(receipt, now=now, polling=polling)
    is_late = fresh.stale or fresh.state in {FreshnessState.LATE, FreshnessState.FAILING}
    source = label_of(receipt.source) if receipt.source else ""
    tone = "action" if is_late and fresh.stale not in {Stale.STOPPED, Stale.PAUSED, Stale.ON_DEMAND} else ""
    if only_old and not (is_late or fresh.waits_for):
        return ""
    return ui.freshness(fresh.last_good_at, source, now=now, tone=tone, next_check=next_words(fresh, now))


def next_words(fresh: Freshness, now: datetime) -> str:
    """Say why the status may be out of date and when the next check comes, or why none does."""
    if fresh.coming_at is None:
        return ", ".join(str(why.label) for why in dict.fromkeys((fresh.stale, fresh.waits_for)) if why)
    if fresh.coming_at <= now:
        again = _("next check is due")
    else:
        again = _("next check %(when)s") % {"when": moments.relative_words(fresh.coming_at, now)}
    return f"{fresh.stale.label}, {again}" if fresh.stale else again


@register.filter
def code_label(code: str) -> str:
    """`{{ change.from_code|code_label }}`: the status in words."""
    return labels.status_words(code).label


@register.filter
def official(text: str | None) -> str:
    """`{{ change.description_en|official }}`: the source's words without markup, receipt numbers masked."""
    return mask_receipts(as_text(text))


@register.filter
def official_title(text: str | None) -> str:
    """`{{ change.title_en|official_title }}`: the source's title; some of its words have none."""
    return official(text) or _("Words without a title")


@register.filter
def as_text(text: str | None) -> str:
    """`{{ official.text|as_text }}`: the source's words without markup, for the client they are about."""
    return " ".join(unescape(strip_tags(text or "")).split())


@register.filter
def thousands(number: int) -> str:
    """`{{ health.quota|thousands }}`: "10,000"."""
    return str(number_format(number, force_grouping=True))


@register.filter
def percent(share: float) -> str:
    """`{{ change.confidence|percent }}`: "99%"."""
    return f"{share * 100:.0f}%"


@register.filter
def matter_page(matter: Any) -> str:
    """`{{ receipt.matter|matter_page }}`: the address of the matter's page, if any."""
    return matter_url(matter.pk) if matter else ""


@register.filter
def iso_day(text: str | None) -> date | None:
    """`{{ facts.deadline|iso_day }}`: the day that a stored fact names."""
    return date.fromisoformat(text[:10]) if text else None
