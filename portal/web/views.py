"""The client's pages: cases and messages, how they get in, and what they choose for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, NotFound
from legist.core.ids import uuid7
from legist.core.web import htmx, request_actor
from legist.practice.clients.invitations import accept_invitation, find_invitation, is_open
from legist.practice.people.preferences import choose_language, choose_news_by_mail
from legist.practice.permissions import Capability
from portal import selectors, services
from portal.access import access_client
from portal.closing import promises_news
from portal.paper import pdf_of
from portal.report import CLIENT, print_report
from portal.selectors import preview
from portal.services import open_message
from tracking.statuses import StatusCode
from workflows.messages.correspondence import LONGEST, Written, list_own
from workflows.web import staff_actor
from workflows.web.plain_language.forms import posted_texts

if TYPE_CHECKING:
    from datetime import datetime

    from legist.practice.models import Client, Invitation

# Signed-out people are sent to ask for a code, not a password.
client_page = login_required(login_url="account_request_login_code")


@require_GET
@client_page
def messages(request: HttpRequest) -> HttpResponse:
    """List the messages, newest first."""
    actor = request_actor(request)
    found = selectors.list_messages(actor, language=request.LANGUAGE_CODE)
    context = {
        "own": list_own(actor),
        "messages_found": found,
        "promises_news": not found and promises_news(access_client(actor), now=utc_now()),
    }
    return render(request, "portal/messages.html", context)


class FilesInput(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """The files of one field, each checked as one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(MultipleFileField, self).clean(each, initial) for each in data or []]


class WriteForm(forms.Form):
    """What a client writes; `key` sends one message of a form that is sent twice."""

    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    about = forms.ChoiceField(label=_lazy("What is it about?"))
    photos = MultipleFileField(
        label=_lazy("Photos or PDF"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_lazy("Up to 6 at once, 15 MB each. We keep no place or device from your photos."),
    )
    text = forms.CharField(
        label=_lazy("Your message"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, matters: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matters = matters
        about = self.fields["about"]
        about.choices = [(str(pk), label) for pk, label in matters.items()]  # type: ignore[attr-defined]
        if len(matters) == 1:
            about.initial, about.widget = str(next(iter(matters))), forms.HiddenInput()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def write(request: HttpRequest) -> HttpResponse:
    """Write to the firm about a case, with photos or without."""
    actor, now = request_actor(request), utc_now()
    client = access_client(actor)
    form = _write_form(request, client, now=now)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        written = Written(given["key"] or uuid7(), UUID(given["about"]), given["text"])
        files = [(each.read(), each.name) for each in given["photos"]]
        try:
            if files and not ratelimit.consume(request, action="send_files", user=request.user):
                raise InvalidInput.at("files", _("That was often. Send files again in an hour, or call us."))
            services.write(written, files, client=client, actor=actor, now=now)
        except InvalidInput as error:
            form.add_error("photos" if "files" in error.errors else "text", error.message)
        else:
            notes.success(request, _("Your message has arrived. Your legal team is told."))
            return redirect("portal:messages")
    return render(request, "portal/write.html", {"form": form}, status=422 if form.errors else 200)


def _write_form(request: HttpRequest, client: Client, *, now: datetime) -> WriteForm:
    """Return the form, about the case that the client came from (`?case=`)."""
    matters = selectors.matters_to_write_about(client, now=now)
    about = selectors.matter_of_case(client, request.GET.get("case", ""), now=now)
    initial = {"about": about} if about else {}
    return WriteForm(request.POST or None, request.FILES or None, matters=matters, initial=initial)


@require_GET
@client_page
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message; the first time it is opened goes on the record."""
    found = open_message(
        message_id, actor=request_actor(request), language=request.LANGUAGE_CODE, now=utc_now()
    )
    return render(request, "portal/message.html", {"entry": found, "message": found.message})


@require_POST
@login_required
def wording_preview(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words as they stand in the editor; nothing is kept."""
    staff_actor(request, Capability.VIEW_PLAYBOOKS)
    if code not in StatusCode.__members__:
        raise NotFound
    shown = preview(code, posted_texts(request.POST), now=utc_now())
    return render(request, "portal/wording_preview.html", {"preview": shown})


@require_GET
@client_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where every case stands, and what the client must do."""
    page = selectors.home(request_actor(request), language=request.LANGUAGE_CODE, now=utc_now())
    return render(request, "portal/home.html", {"home": page})


@require_GET
@client_page
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case with its history, newest first."""
    found = selectors.access_case(
        request_actor(request), case_id, language=request.LANGUAGE_CODE, now=utc_now()
    )
    return render(request, "portal/case.html", {"case": found})


@require_POST
@client_page
def letter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note that the client got a letter about a case, once a day."""
    is_first = services.tell_of_letter(case_id, actor=request_actor(request), now=utc_now())
    said = _("Thank you. Your legal team knows.")
    notes.success(request, said if is_first else _("You told us today already. Your legal team knows."))
    return redirect("portal:case", case_id=case_id)


OVER_STATUS = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Greet an invited client; opening the link does nothing yet, so that a mail scanner cannot use it up.

    The link's secret is the query parameter `key`, because query strings stay out of the logs.
    """
    token, now = request.GET.get("key", ""), utc_now()
    invitation = find_invitation(token)
    language = _language(request, invitation)
    with translation.override(language):
        if invitation is None or not is_open(invitation, now=now):
            return _over(request, invitation)
        if request.method != "POST":
            return render(request, "portal/welcome.html", {"name": invitation.client.greeted_as})
    user = accept_invitation(token, now=now)
    get_adapter().login(request, user)
    if language != user.language:
        choose_language(language, actor=Actor.for_user(user), now=now)
    return redirect("portal:passkey" if request.POST.get("passkey") else "portal:home")


def _over(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Say kindly that the link has done its work; whom it once let in, and who is still in, goes home."""
    client = invitation.client if invitation else None
    if client and client.user and client.user == request.user:
        return redirect("portal:home")
    context = {"can_sign_in": bool(client and client.user and client.user.is_active)}
    return render(request, "portal/welcome_over.html", context, status=OVER_STATUS)


def _language(request: HttpRequest, invitation: Invitation | None) -> str:
    """The language the visitor has picked, else the one the firm knows of the client."""
    picked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if picked in dict(settings.LANGUAGES) or invitation is None:
        return request.LANGUAGE_CODE
    return invitation.client.language


@require_POST
@login_required
def invite(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Invite the client of a matter to the portal."""
    services.invite(matter_id, actor=request_actor(request), now=utc_now())
    return htmx.toast(HttpResponse(status=204), _("The invitation is on its way."))


@never_cache
@require_POST
@login_required
def report(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show where a matter's cases stand, as a page to print or a PDF; posted, since it goes on the record."""
    found = print_report(
        matter_id,
        reader=request.POST.get("reader") or CLIENT,
        language=request.POST.get("language") or request.LANGUAGE_CODE,
        actor=request_actor(request),
        now=utc_now(),
    )
    if request.POST.get("format") == "pdf":
        name = f'attachment; filename="status-{found.at:%Y-%m-%d}.pdf"'
        return HttpResponse(
            pdf_of(found), content_type="application/pdf", headers={"Content-Disposition": name}
        )
    return render(request, "workflows/matters/report.html", {"report": found, "matter": found.matter})


@require_GET
@client_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the client's settings; the language is changed at the address `set_language`."""
    client = access_client(request_actor(request))
    context = {
        "client": client,
        "languages": settings.LANGUAGES,
        "passkeys": services.list_passkeys(client),
    }
    return render(request, "portal/settings.html", context)


@require_POST
@client_page
def news_by_mail(request: HttpRequest) -> HttpResponse:
    """Keep what the pressed button said: news by e-mail, too, or in the portal alone."""
    actor, wanted = request_actor(request), request.POST.get("wanted") != "no"
    choose_news_by_mail(access_client(actor), wanted=wanted, actor=actor, now=utc_now())
    notes.success(request, _("Saved. It holds from the next message on."))
    return redirect("portal:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def passkey(request: HttpRequest) -> HttpResponse:
    """Set up sign-in with this phone."""
    actor = request_actor(request)
    client = access_client(actor)
    form = SignupWebAuthnForm(request.POST or None, user=client.user)
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        services.add_passkey(made["name"], made["credential"], client=client, actor=actor, now=utc_now())
        notes.success(request, _("Next time you can sign in with this phone."))
        return redirect("portal:settings")
    assert client.user is not None  # noqa: S101  a client's record is found by its user
    context = {"form": form, "js_data": services.offer_passkey(client.user)}
    return render(request, "portal/passkey.html", context, status=422 if form.errors else 200)


@require_POST
@client_page
def passkey_remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Forget one phone."""
    actor = request_actor(request)
    services.remove_passkey(passkey_id, client=access_client(actor), actor=actor, now=utc_now())
    notes.success(request, _("That phone can no longer sign in without a code."))
    return redirect("portal:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def leave(request: HttpRequest) -> HttpResponse:
    """Say what ending the access means, and end it."""
    actor = request_actor(request)
    client = access_client(actor)
    if request.method != "POST":
        return render(
            request,
            "portal/leave.html",
            {"client": client, "promises_news": promises_news(client, now=utc_now())},
        )
    services.leave(client, actor=actor, now=utc_now())
    # Every session of theirs is void by now, this one like the others.
    notes.success(request, _("Your access has ended. Your legal team knows, and your case goes on."))
    return redirect("account_request_login_code")
