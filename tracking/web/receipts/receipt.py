"""One receipt: its status with freshness, what led to it, its matter, and statuses set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, visible_matters
from legist.practice.states import MatterState
from tracking import overrides, selectors, services
from tracking.polling.policies import say_tier
from tracking.web.answers import done, form_again, is_panel, promised
from tracking.web.receipts import receipt_page
from tracking.web.receipts.receipt_page import AssignForm, OverrideForm, ReasonForm, TierForm

if TYPE_CHECKING:
    from legist.practice.models import Matter
    from tracking.models import Receipt


OFFERED = 50


def workable_matters(actor: Actor) -> QuerySet[Matter]:
    """Return the matters into which the actor may put a receipt: own work, or all for operations."""
    works = can(actor, Capability.WORK_RECEIPT)
    return visible_matters(actor, Capability.WORK_MATTER if works else Capability.OVERRIDE_STATUS)


def matter_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return (reference, client) of the newest open matters; no names for who does not work on matters."""
    matters = workable_matters(actor).filter(state=MatterState.OPEN).select_related("client")[:OFFERED]
    shows_names = can(actor, Capability.VIEW_MATTER)
    return [(matter.reference, matter.client.name if shows_names else "") for matter in matters]


def matter_called(actor: Actor, reference: str) -> Matter | None:
    """Return the matter of exactly this reference; one in other capitals only where no second is alike."""
    alike = list(workable_matters(actor).filter(reference__iexact=reference).select_related("client")[:20])
    exact = [each for each in alike if each.reference == reference]
    return (exact or alike)[0] if exact or len(alike) == 1 else None


def pick_matter(actor: Actor, form: AssignForm) -> Matter | None:
    """Return the matter that was typed, or None with the error in the form."""
    if not form.is_valid():
        return None
    matter = matter_called(actor, form.cleaned_data["reference"])
    if matter is None:
        form.add_error("reference", _("There is no such matter among those you work on."))
    return matter


@require_POST
@login_required
def override(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Set the status of a receipt by hand, for a reason."""
    actor, form = request_actor(request), OverrideForm(request.POST, auto_id="override_%s")
    if not form.is_valid():
        receipt = selectors.access_receipt(actor, receipt_id, capability=Capability.OVERRIDE_STATUS)
        context = {"override_form": form, "receipt": receipt}
        return form_again(request, "tracking/receipts/override.html", context)
    given = form.cleaned_data
    overrides.override_status(
        receipt_id, actor=actor, code=given["code"], reason=given["reason"], now=utc_now()
    )
    message = _("The status is set by hand. It holds until USCIS says something new, or you take it back.")
    return done(request, message, back=url_of(receipt_id))


@require_http_methods(["GET", "POST"])
@login_required
def revert(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """Ask why a correction is taken back, or take it back: the receipt shows again what the source said."""
    actor, posted = request_actor(request), request.method == "POST"
    form = ReasonForm(request.POST if posted else None, auto_id="revert_%s")
    if not form.is_valid():
        context = {"form": form, "override": selectors.access_override(actor, override_id)}
        return render(
            request, "tracking/receipts/override_revert.html", context, status=422 if posted else 200
        )
    change = overrides.revert_override(
        override_id, actor=actor, reason=form.cleaned_data["reason"], now=utc_now()
    )
    return done(request, _("The correction is taken back."), back=url_of(change.receipt_id))


@never_cache
@require_GET
@login_required
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Show a receipt as a page or in the side panel; the first look is recorded, a refresh is not."""
    actor, now = request_actor(request), utc_now()
    is_refresh = htmx.is_fragment(request) and "since" in request.GET
    if is_refresh:
        detail = selectors.receipt_detail(actor, receipt_id, now=now)
    else:
        detail = services.open_receipt(receipt_id, actor=actor, now=now)
    context = receipt_page.page(detail, request.GET, actor=actor, now=now)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    if is_panel(request):
        return render(request, "tracking/receipts/panel.html", context)
    return render(
        request, "tracking/receipts/live.html" if is_refresh else "tracking/receipts/receipt.html", context
    )


@never_cache
@require_POST
@login_required
def reveal(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Show the full receipt number, on the record."""
    number = services.reveal_number(receipt_id, actor=request_actor(request), now=utc_now())
    return render(request, "tracking/receipts/number.html", {"number": number})


@require_POST
@login_required
def check(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Have the receipt asked about next."""
    now = utc_now()
    services.request_check(receipt_id, actor=request_actor(request), now=now)
    waits, why = selectors.why_checks_wait([receipt_id], now=now)
    message = _("The check is next in line; the answer appears here.")
    if waits:
        message = _("The check waits, because %(why)s.") % {"why": why}
    return done(request, message, back=url_of(receipt_id))


@require_POST
@login_required
def letter(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Note that somebody got a letter about the case."""
    receipt = services.note_letter(receipt_id, actor=request_actor(request), now=utc_now())
    said = {"tier": receipt.get_tier_display(), "why": say_tier(receipt.tier_why)}
    message = _("Noted. Tier: %(tier)s (%(why)s).") % said
    return done(request, message, back=url_of(receipt_id))


@require_POST
@login_required
def checked(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Note that the person looked the receipt up by hand, and how long it took."""
    minutes = request.POST.get("minutes", "")
    services.note_hand_check(receipt_id, minutes=minutes, actor=request_actor(request), now=utc_now())
    return done(request, _("Noted, with the minutes it took."), back=url_of(receipt_id))


@require_http_methods(["GET", "POST"])
@login_required
def assign(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Offer the person's matters, or put the receipt into one of them."""
    actor = request_actor(request)
    receipt = authorise(actor, receipt_id)
    form = AssignForm(request.POST if request.method == "POST" else None, auto_id="assign_%s")
    context = {"form": form, "receipt": receipt, "matters": matter_choices(actor)}
    if request.method == "GET":
        return render(request, "tracking/receipts/assign.html", context)
    matter = pick_matter(actor, form)
    if matter is None:
        return form_again(request, "tracking/receipts/assign.html", context)
    seen_in = request.POST.get("seen_in")
    services.assign_receipt(receipt_id, matter_id=matter.pk, actor=actor, now=utc_now(), seen_in=seen_in)
    message = _("The receipt is in matter %(reference)s now.") % {"reference": matter.reference}
    return done(request, message, back=url_of(receipt_id))


@require_POST
@login_required
def tier(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Ask about the receipt more or less often."""
    actor, form = request_actor(request), TierForm(request.POST)
    if not form.is_valid():
        authorise(actor, receipt_id)
        raise InvalidInput(_("Choose one of the tiers."))
    receipt = services.set_tier(receipt_id, tier=form.cleaned_data["tier"], actor=actor, now=utc_now())
    message = _("Tier: %(tier)s.") % {"tier": receipt.get_tier_display()}
    return done(request, message, back=url_of(receipt_id))


@require_POST
@login_required
def stop(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Stop asking about the receipt, for a reason."""
    actor, form = request_actor(request), ReasonForm(request.POST, auto_id="stop_%s")
    if not form.is_valid():
        context = {"reason_form": form, "receipt": authorise(actor, receipt_id)}
        return form_again(request, "tracking/receipts/stop.html", context)
    services.stop_tracking(receipt_id, reason=form.cleaned_data["reason"], actor=actor, now=utc_now())
    message = _("The receipt is not watched any more. Its history stays.")
    return done(request, message, back=url_of(receipt_id))


@require_POST
@login_required
def resume(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Watch a stopped receipt again."""
    now = utc_now()
    services.resume_tracking(receipt_id, actor=request_actor(request), now=now)
    message = promised(_("The receipt is watched again; its check is next."), [receipt_id], now=now)
    return done(request, message, back=url_of(receipt_id))


@never_cache
@require_GET
@login_required
def payload(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """Show the raw answer of one call, on the record."""
    view = services.view_payload(query_id, actor=request_actor(request), now=utc_now())
    template = (
        "tracking/receipts/payload_panel.html" if is_panel(request) else "tracking/receipts/payload.html"
    )
    return render(request, template, {"view": view, "receipt": view.query.receipt})


def authorise(actor: Actor, receipt_id: UUID) -> Receipt:
    """Fetch a receipt for somebody who may work on it; others are refused before their input is judged."""
    return selectors.access_receipt(actor, receipt_id, capability=selectors.working_capability(actor))


def url_of(receipt_id: UUID) -> str:
    """Return the page of a receipt."""
    return reverse("tracking:receipt", args=[receipt_id])
