"""Words and tones of the workflows for templates: `{% load workflow %}`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from legist.core.templatetags.ui import person, state_badge, status_badge
from legist.core.web import moments, request_actor
from legist.core.web.parts import part
from legist.practice.people.leaving import seats_left
from legist.practice.states import WayKind, WayUse
from tracking.states import code_label
from workflows import labels
from workflows.deadlines.later_news import LaterNews
from workflows.deadlines.reminders import UNDATED
from workflows.notices.kinds import KINDS
from workflows.overtaken.bundle import Bundle
from workflows.overtaken.selectors import bundles
from workflows.states import DeadlineState, DeliveryState, NoticeKind, WorkKind
from workflows.web.deadlines.forms import SERVED
from workflows.web.matters.labels import waiting_words
from workflows.web.plain_language.labels import reading_words

if TYPE_CHECKING:
    from legist.practice.models import User
    from tracking.models import StatusChange
    from workflows.models import ChecklistItem, Deadline, Delivery
    from workflows.my_work.lines import Line

register = template.Library()

register.filter("purpose_label", labels.purpose_label)
register.filter("difference_words", labels.difference_words)
register.filter("count_step", labels.count_step)
register.filter("fact_words", labels.fact_words)
register.filter("waiting_words", waiting_words)
register.filter("reading_words", reading_words)
register.filter("seats_left", seats_left)
register.filter("status_name", code_label)
register.filter("code_words", code_label)


@register.filter
def tel_url(number: str) -> str:
    """Return what a tap calls."""
    return "tel:" + "".join(char for char in number if char not in " ()")


@register.filter
def way_label(use: str, kind: str) -> str:
    """Name a further way to reach a client: `Work (telephone)`."""
    names = {WayKind.PHONE: _("telephone"), WayKind.EMAIL: _("e-mail"), WayKind.POST: _("postal address")}
    return f"{WayUse(use).label} ({names[WayKind(kind)]})"


WORK_PAGES = {
    WorkKind.DATE: "workflows:deadline",
    WorkKind.MESSAGE: "workflows:draft",
    WorkKind.REVIEW: "tracking:review",
}


@register.simple_tag
def seat(holder: User) -> SafeString:
    """Show who has a seat in a matter, and whether they have left the firm."""
    return person(holder.name, "" if holder.is_active else _("has left the firm"))


@register.simple_tag
def deadline_badge(deadline: Deadline) -> SafeString:
    """Say how sure a deadline is, or what became of it."""
    if deadline.state != DeadlineState.OPEN:
        return state_badge(deadline.state, "DeadlineState")
    if deadline.due_date is None:
        return status_badge(_("Date to be entered"), "action", "calendar-search")
    return state_badge(deadline.status, "DeadlineStatus")


@register.filter
def as_checks(items: list[ChecklistItem], can_work: bool) -> list[dict[str, Any]]:  # noqa: FBT001  a template filter's argument
    """Return the items of a checklist as the checklist component draws them."""
    return [
        {
            "label": item.label,
            "done": item.done_at is not None,
            "note": item.why_closed,
            "who": getattr(item.done_by or item.owner, "name", "") or item.get_role_display(),
            "due": item.due_date,
            "url": reverse("workflows:item", args=[item.pk]) + f"?done={0 if item.done_at else 1}"
            if can_work
            else "",
            "change_url": reverse("workflows:task", args=[item.pk]) if can_work and not item.done_at else "",
        }
        for item in items
    ]


@register.simple_tag(takes_context=True)
def overtaken_on(context: template.Context, *receipts: UUID) -> SafeString:
    """Offer to settle at once what the newest status of a receipt, or of those of a matter, has overtaken."""
    return overtaken_in(context, receipts, is_named=len(receipts) > 1)


@register.simple_tag(takes_context=True)
def overtaken_in(
    context: template.Context, receipts: Collection[UUID], *, is_named: bool = True
) -> SafeString:
    """The same for the receipts of a list; one is shown whole, more are folded under a line."""
    found = [each for each in bundles(request_actor(context["request"]), receipts) if each.size]
    return part("workflows/overtaken/several", bundles=found, is_named=is_named)


@register.filter
def receipts_of(changes: list[StatusChange]) -> list[UUID]:
    """`{% overtaken_in rows|receipts_of %}`: the receipts of the changes on a page, each once."""
    return list({change.receipt_id for change in changes})


@register.filter
def things_in(found: list[Bundle]) -> int:
    """How many things are settled by accepting them all."""
    return sum(each.size for each in found)


@register.filter
def overtaken_words(bundle: Bundle) -> str:
    """Say what is settled: withdraw 6 messages, close 18 to-dos, mark 2 dates as met."""
    texts = (
        (bundle.withdrawn, ngettext_lazy("withdraw %(n)d message", "withdraw %(n)d messages", "n")),
        (bundle.skipped, ngettext_lazy("close %(n)d to-do", "close %(n)d to-dos", "n")),
        (bundle.met, ngettext_lazy("mark %(n)d date as met", "mark %(n)d dates as met", "n")),
        (
            bundle.replaced,
            ngettext_lazy("let the new date replace %(n)d", "let new dates replace %(n)d", "n"),
        ),
    )
    return ", ".join(str(words % {"n": len(pieces)}) for pieces, words in texts if pieces)


@register.simple_tag
def optional_url(name: str, *args: Any) -> str:
    """Return an address, or an empty text where its app is not mounted."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def work_url(line: Line) -> str:
    """Return the page where a line of work is done."""
    if line.kind == WorkKind.ITEM:
        return reverse("workflows:matter", args=[line.matter.pk if line.matter else ""]) + "?section=work"
    if line.kind == WorkKind.REPLY:
        page = reverse("workflows:matter", args=[line.matter.pk if line.matter else ""])
        return f"{page}?section=messages#incoming-{line.id}"
    if line.kind == WorkKind.CHANGE:
        return (
            f"{reverse('tracking:receipt', args=[line.receipt.pk if line.receipt else ''])}?change={line.id}"
        )
    return reverse(WORK_PAGES[line.kind], args=[line.id])


@register.filter
def is_past(day: date | None, today: date) -> bool:
    """`{{ day|is_past:today }}`."""
    return day is not None and day < today


@register.filter
def day_heading(day: date) -> str:
    """`{{ line.day|day_heading }}`: "Today", "Yesterday", or the day."""
    distance = (timezone.localdate() - day).days
    return {0: _("Today"), 1: _("Yesterday")}.get(distance) or moments.day_words(day)


@register.filter
def delivery_question(delivery: Delivery) -> str:
    """Say what a person has to find out about a delivery."""
    if delivery.state == DeliveryState.UNCERTAIN:
        return _("It is unclear whether this message went out")
    if delivery.needs_hands:
        return _("Nothing reaches this client: post the message, or read it out on the telephone")
    if delivery.state == DeliveryState.HELD:
        return _("This message is held: it may not go out as it was approved")
    return _("This message could not be delivered")


@register.filter
def delivery_error(code: str) -> str:
    """Return why a delivery failed: our words where we have some, otherwise the mail server's code."""
    return str(labels.DELIVERY_ERRORS.get(code, code))


@register.filter
def whole(texts: dict[str, dict[str, str]], language: str) -> str:
    """Return subject and text in one language as one text, to be compared."""
    text = texts.get(language, {})
    return f"{text.get('subject', '')}\n\n{text.get('body', '')}"


@register.filter
def hold_reason(code: str) -> str:
    """Return why steps of a run were held or skipped."""
    return str(labels.HOLD_REASONS.get(code, code))


@register.filter
def plain(key: str) -> str:
    """`{{ step.action_key|plain }}`: a key as words."""
    return key.replace("_", " ").capitalize()


@register.filter
def news_of(later: dict[UUID, LaterNews], deadline: Deadline) -> LaterNews | None:
    """`{{ page.work.later|news_of:deadline }}`: what USCIS has reported since it began."""
    return later.get(deadline.pk)


@register.filter
def served_words(served: str) -> str:
    """Say how a notice was served."""
    return str(dict(SERVED).get(served, served))


@register.filter
def offset_words(days: int) -> str:
    """`{{ reminder.offset_days|offset_words }}`: "7 days before"."""
    if days == UNDATED:
        return _("at once: the date is not known")
    if days < 0:
        return _("the day after")
    if days == 0:
        return _("on the day")
    return ngettext("%(n)d day before", "%(n)d days before", days) % {"n": days}


@register.filter
def paper_label(kind: str) -> str:
    """Return what a paper notice is, by its code."""
    return str(NoticeKind(kind).label) if kind in NoticeKind else kind


@register.filter
def paper_kind(code: str) -> str:
    """`{{ watch.code|paper_kind }}`: the kind of notice that goes with a status, for its form."""
    return next((kind for kind, facts in KINDS.items() if facts.code == code), "")


@register.filter
def iso_day_words(text: str) -> str:
    """`{{ "2026-03-03"|iso_day_words }}`: "Mar 3, 2026"."""
    return moments.day_words(date.fromisoformat(text)) if text else ""
