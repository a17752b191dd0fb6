"""The components that wrap what stands between their tags; they come with `{% load ui %}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from legist.core.web.parts import TONE_ICONS, part, unmarked

register = template.Library()


@register.simple_tag(takes_context=True)
def load_more(context: template.Context, page: Any, target: str) -> SafeString:
    """Offer the next rows of a keyset page; they are added to `target`, "#" and the id of the list."""
    request = context["request"]
    query = request.GET.copy()
    query["cursor"] = page.next_cursor
    key = f"{target.removeprefix('#')}-more"
    return part("load_more", page=page, url=f"{request.path}?{query.urlencode()}", target=target, key=key)


@register.simple_block_tag(takes_context=True)
def table(
    context: template.Context, content: str, caption: str, *, cards: bool = True, **extra: Any
) -> SafeString:
    """Frame a table whose rows become cards on a phone; its caption is for who cannot see it.

    Extra: kind (class), rows (its id, where the keyboard walks over rows), and page with `into`, the list
    that the next rows of a keyset page are added to.
    """
    page = extra.pop("page", None)
    more = load_more(context, page, extra.pop("into")) if page else ""
    return part("table", content=content, caption=caption, cards=cards, more=more, **extra)


@register.simple_block_tag
def card(content: str, title: str = "", *, icon: str = "", flush: bool = False, href: str = "") -> SafeString:
    """Frame a part of a page under a small heading; `href` makes a link "See all" of it."""
    return part("card", content=content, title=title, icon=icon, flush=flush, href=href)


@register.simple_block_tag
def alert(content: str, title: str = "", *, tone: str = "neutral", icon: str = "") -> SafeString:
    """Say something a person must know before going on."""
    return part(
        "alert", content=content, title=title, tone=tone, icon=icon or TONE_ICONS.get(str(tone), "info")
    )


@register.simple_block_tag
def empty_state(
    content: str, title: str, *, text: str = "", icon: str = "inbox", tone: str = ""
) -> SafeString:
    """Say why there is nothing here; the content holds the next step (buttons)."""
    return part(
        "empty_state",
        content=content if content.strip() else "",
        title=title,
        text=text,
        icon=icon,
        tone=tone,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, *, wide: bool = False) -> SafeString:  # noqa: A002  it is the HTML id
    """Hold a modal dialog that `data-dialog-open="<id>"` opens."""
    return part("dialog", content=content, id=id, title=title, wide=wide)


@register.simple_block_tag
def menu(content: str, label: str, *, icon: str = "ellipsis", **extra: object) -> SafeString:
    """Hold further actions under one button; give its entries the class `menu-item`.

    Extra: start, show_label, and `src`, which is asked for the entries when the menu is first opened.
    """
    return part("menu", content=content, label=label, icon=icon, **extra)


@register.simple_block_tag
def fold(content: str, summary: str, *, open: bool = False) -> SafeString:  # noqa: A002  it is the HTML attribute
    """Fold details away under one line."""
    return part("fold", content=content, summary=summary, open=open)


@register.simple_block_tag
def event(content: str, at: datetime, icon: str, **extra: object) -> SafeString:
    """Show one line of a timeline: the content is actor, verb, object; extra: tone, detail (safe), now."""
    return part("event", content=content, at=at, icon=icon, **extra)


@register.simple_block_tag
def kv(content: str, label: str) -> SafeString:
    """Show one named value; stands inside `<dl class="key-values">`."""
    return part("kv", content=content, label=label)


@register.simple_block_tag
def message_preview(content: str, subject: str, **extra: object) -> SafeString:
    """Show a message exactly as it will read; extra: to, sender, channel, language."""
    said = {name: unmarked(value or "") for name, value in extra.items()}
    return part("message", content=content, subject=unmarked(subject), **said)


@register.simple_block_tag
def action_bar(content: str, note: str = "") -> SafeString:
    """Keep the actions of a long page in reach at its bottom edge."""
    return part("action_bar", content=content, note=note)


@register.simple_block_tag
def selection_bar(content: str) -> SafeString:
    """Offer actions on the selected rows of the nearest `data-rows` list; hidden while none is selected."""
    return part("selection_bar", content=content)
