"""The components of the design system as template tags: `{% load ui %}`. See docs/design-system.md.

A tag renders templates/components/<its name>.html; its look is in static/css/components/. Tags whose name
has an end tag wrap what stands between: `{% card title="…" %} … {% endcard %}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.files.storage import Storage, storages
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from legist.core.clock import utc_now
from legist.core.definitions.kinds import kind_of, name_of, offers_to
from legist.core.states import Toned
from legist.core.templatetags import ui_blocks
from legist.core.web import icons, moments, navigation, request_actor, words
from legist.core.web.parts import TONE_ICONS, FieldView, part, summary_of, unmarked

register = template.Library()
register.tags.update(ui_blocks.register.tags)

FILES = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
MESSAGE_TONES = {"success": "good", "error": "bad", "warning": "action", "info": "neutral"}
Items = Iterable[Mapping[str, Any]]


@register.simple_tag
def icon(name: str, *, css: str = "") -> SafeString:
    """Draw an icon that says nothing to a screen reader: a word always stands beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {css}".strip(),
        _address(storages["staticfiles"], icons.SPRITE),
        icons.known(str(name)),
    )


@lru_cache(maxsize=8)
def _address(files: Storage, name: str) -> str:
    """A page draws a hundred icons of one file."""
    return files.url(name)


@register.simple_tag
def status_badge(label: str, tone: str = "neutral", icon: str = "", *, size: str = "") -> SafeString:
    """Name a status with its tone, an icon and a word; `size` is "", "large" or "plain"."""
    return part("badge", label=label, tone=tone, icon=icon or TONE_ICONS.get(str(tone), "circle"), size=size)


@register.simple_tag
def state_badge(state: Any, kind: str = "", *, size: str = "") -> SafeString:
    """Name a state as its `Toned` class says; `kind` names the class of what a row keeps as a text."""
    known = {each.__name__: each for each in Toned.__subclasses__()}[kind](state) if kind else state
    return status_badge(str(known.label), known.tone, known.icon, size=size)


@register.simple_tag
def freshness(
    at: datetime | None,
    source: str = "",
    *,
    now: datetime | None = None,
    tone: str = "",
    next_check: str = "",
) -> SafeString:
    """Say how old the last good reading is, from where, and when the next one comes."""
    return part("freshness", at=at, source=source, now=now or utc_now(), tone=tone, next_check=next_check)


@register.simple_tag
def receipt_number(number: Any, *, href: str = "", whole: bool = False, copy: bool = True) -> SafeString:
    """Show a receipt number (a text or the value object), masked.

    `whole` shows it grouped and copyable. The one rule: a client reads their own numbers whole; staff read
    every number masked until they ask for it, which goes on the record.
    """
    canonical = unmarked(getattr(number, "canonical", number) or "")
    shown = words.grouped(canonical) if whole else words.masked(canonical)
    return part("receipt_number", shown=shown, copy=canonical if copy and whole else "", href=href)


@register.simple_tag
def plain_cell(column: Any, row: Any, *, now: datetime | None = None) -> object:
    """Show what a column of a list says of a row that has no template of its own for it."""
    value = column.value(row)
    if isinstance(value, datetime):
        return local_time(value, show="relative", now=now)
    if isinstance(value, date):
        return moments.day_words(value)
    return "–" if value in (None, "") else unmarked(value)


@register.simple_tag
def due_date(
    day: date | None, *, today: date | None = None, tone: str = "", done: bool = False
) -> SafeString:
    """Show a due day as "Mar 3, 2026 (in 12 days)", toned by how near it is unless it is done."""
    if day is None:
        return part("due_date", day=None)
    today = today or timezone.localdate()
    own_tone = "neutral" if done else tone or moments.due_tone(day, today)
    return part("due_date", day=day, words="" if done else moments.due_words(day, today), tone=own_tone)


@register.simple_tag
def local_time(at: datetime | None, *, show: str = "instant", now: datetime | None = None) -> SafeString:
    """Show an instant; `show` is "instant", "relative", "time" or "day". The browser keeps it current."""
    words = moments.shown_words(at, show, now or utc_now()) if at else ""
    return part("local_time", at=at, show=show, words=words)


@register.simple_tag
def toast(text: object, tone: str = "neutral") -> SafeString:
    """Say an outcome in the corner of the page."""
    mark = TONE_ICONS.get(str(tone), "") if tone != "neutral" else ""
    return part("toast", text=text, tone=tone, icon=mark or "info")


@register.simple_tag
def person(name: str, secondary: str = "", *, size: str = "", icon: str = "") -> SafeString:
    """Show somebody's initials and name; `icon` instead of initials for what is not a person."""
    return part("person", name=unmarked(name), secondary=secondary, size=size, icon=icon)


@register.simple_tag
def button(label: str, href: str = "", *, look: str = "", icon: str = "", **attrs: object) -> SafeString:
    """Draw a link or button; `look`: primary, danger, quiet, small, large, wide. `data_x` makes `data-x`."""
    look_classes = " ".join(f"btn-{word}" for word in look.split())
    named = {
        name.rstrip("_").replace("_", "-"): value for name, value in attrs.items() if value not in ("", None)
    }
    place = {"href": href} if href else {"type": "submit"}
    return part("button", label=label, href=href, looks=look_classes, icon=icon, attrs=place | named)


@register.simple_tag
def copy_button(text: str, label: str = "") -> SafeString:
    """Draw a button that puts the text on the clipboard."""
    return part("copy_button", text=unmarked(text), label=label or _("Copy"))


@register.simple_tag
def breadcrumbs(*items: Any) -> SafeString:
    """Show where the page lies: pairs of words and address in turn, e.g. `"Matters" url title ""`."""
    return part("breadcrumbs", items=list(zip(items[::2], items[1::2], strict=True)))


@register.simple_tag
def tabs(items: Items, label: str = "") -> SafeString:
    """Show saved views or the sections of a page: dicts of label, url, count, current."""
    return part("tabs", items=items, label=label or _("Views"))


@register.simple_tag
def filter_chips(items: Items, clear_url: str = "") -> SafeString:
    """Show the filters in force: dicts of name, value, remove_url."""
    return part("filter_chips", items=items, clear_url=clear_url)


@register.simple_tag(takes_context=True)
def offers(context: template.Context, *kinds: str, only: str = "") -> SafeString:
    """Tell those who edit definitions of these kinds which newer version of ours waits for them."""
    found = [
        (kind.call(key), kind.address(key))
        for kind, key in offers_to(request_actor(context["request"]), kinds)
        if only in ("", name_of(key))
    ]
    return part("offers", found=found)


@register.simple_tag
def definitions(kind: str, title: str) -> SafeString:
    """List every definition of a kind with where it stands, each leading to its page."""
    known = kind_of(kind)
    rows = [(known.call(key), known.address(key), each) for key, each in known.topic.standings().items()]
    return part("definitions", title=title, rows=rows)


@register.simple_tag(takes_context=True)
def export_menu(context: template.Context) -> SafeString:
    """Offer the list of a page, by its filters, as a file, to those whose role may take it out."""
    request = context["request"]
    kept = {name: value for name, value in request.GET.items() if name != "cursor"}
    urls = [(f"?{urlencode(kept | {'format': kind})}", name) for kind, name in FILES.items()]
    return part("export_menu", urls=urls, may=navigation.may(request_actor(request), "export_lists"))


@register.simple_tag
def skeleton(lines: int = 5) -> SafeString:
    """Hold the place of rows that are being fetched."""
    return part("skeleton", lines=range(lines))


@register.simple_tag
def stat(label: str, value: object, href: str = "", **extra: object) -> SafeString:
    """Show a number that links to the rows it counts; extra: hint, tone, unit, share_of."""
    return part("stat", label=label, value=value, href=href, **extra)


@register.simple_tag
def health(name: str, word: str, tone: str, **extra: object) -> SafeString:
    """Show how one part of the machinery is doing; extra: detail, href, at, source, now."""
    return part("health", name=name, word=word, tone=tone, **extra)


@register.simple_tag
def progress(
    done: int, total: int, label: str, *, left: timedelta | None = None, tone: str = ""
) -> SafeString:
    """Show how much of a long piece of work is done and how long the rest will take."""
    words_left = moments.span_words(left) if left is not None else ""
    return part("progress", done=done, total=total, label=label, left=words_left, tone=tone)


@register.simple_tag
def stepper(steps: Iterable[str], current: int) -> SafeString:
    """Show the steps of a wizard; `current` counts from 1."""
    states = [
        (label, "done" if n < current else "current" if n == current else "todo")
        for n, label in enumerate(steps, 1)
    ]
    return part("stepper", steps=states)


@register.simple_tag
def stage_path(stages: Items) -> SafeString:
    """Show the path of a case: dicts of name, state (done, current, todo) and note."""
    return part("stage_path", stages=stages)


@register.simple_tag
def checklist(items: Items) -> SafeString:
    """Show what must be done: dicts of label, done, note, who, due, and url to toggle by POST."""
    return part("checklist", items=items)


@register.simple_tag
def diff_view(old: str, new: str) -> SafeString:
    """Show which words were added and removed between two texts."""
    return part("diff", parts=words.diff_words(unmarked(old), unmarked(new)))


@register.simple_tag
def code_block(value: object, label: str = "") -> SafeString:
    """Show raw evidence: a text as it is, anything else as indented JSON; copyable."""
    text = (
        unmarked(value)
        if isinstance(value, str)
        else json.dumps(value, indent=2, ensure_ascii=False, default=str)
    )
    return part("code_block", text=text, label=label or _("Raw text"))


@register.simple_tag
def field(bound: BoundField, *, css: str = "", optional: bool = True) -> SafeString:
    """Show a form field with label, help and errors; `optional=False` leaves out the "(optional)" mark."""
    return part("field", field=FieldView(bound, css), show_optional=optional)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Show every field of a form, hidden ones too."""
    return part("form_fields", form=form)


@register.simple_tag(takes_context=True)
def minutes_form(context: template.Context, url: str, kinds: Iterable[tuple[str, str]] = ()) -> SafeString:
    """Ask how many minutes something took, and of which kind it was where there are several."""
    return part("minutes", url=url, kinds=kinds, csrf_token=context.get("csrf_token"))


@register.simple_tag
def error_summary(form: BaseForm | None, errors: Mapping[str, list[str]] | None = None) -> SafeString:
    """List what must be put right, each line a link to its field; takes a form or an error's own list."""
    return part("error_summary", lines=summary_of(form, errors or {}))


@register.simple_tag
def dropzone(bound: BoundField, hint: str = "", **extra: object) -> SafeString:
    """Show a place to drop or choose files; extra: icon, verb."""
    return part("dropzone", field=FieldView(bound, ""), hint=hint, **extra)


@register.filter
def relative_time(at: datetime | None, now: datetime | None = None) -> str:
    """`{{ at|relative_time:now }}`: "4 min ago"."""
    return moments.relative_words(at, now or utc_now()) if at else ""


@register.filter
def day(value: date | None) -> str:
    """`{{ date|day }}`: "Mar 3, 2026"."""
    return moments.day_words(value) if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    """`{{ at|instant }}`: "Mar 3, 2026, 4:15 PM" in the firm's zone."""
    return moments.time_words(value) if value else ""


@register.filter
def message_tone(tags: str) -> str:
    """`{{ message.tags|message_tone }}`: the tone of one of Django's messages."""
    return next(
        (MESSAGE_TONES.get(tag, tag) for tag in tags.split() if tag in {*MESSAGE_TONES, *TONE_ICONS}),
        "neutral",
    )


register.filter("initials", words.initials)
register.filter("masked", words.masked)
register.filter("grouped", words.grouped)
