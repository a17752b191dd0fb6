"""What the practice puts on the record, and how entries name its objects."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.audit import register_action, register_subject
from legist.practice.models import Client, ConflictCheck, Invitation, Matter, Tag, Team, User
from legist.practice.permissions import Capability, can, visible_matters

SIGNED_IN = register_action("practice.signed_in", _("signed in"), data=("method",))
SIGN_IN_FAILED = register_action("practice.sign_in_failed", _("failed to sign in"))
ACCOUNT_MAIL_FAILED = register_action(
    "practice.account_mail_failed", _("could not be sent mail about signing in"), data=("kind", "error")
)
SIGNED_OUT = register_action("practice.signed_out", _("signed out"))
STAFF_ADDED = register_action("practice.staff_added", _("added {subject} as {role}"), data=("role",))
STAFF_INVITED = register_action(
    "practice.staff_invited", _("had a link mailed to {subject} to choose a password")
)
STAFF_PASSWORD_SET = register_action("practice.staff_password_set", _("set a password for {subject}"))
STAFF_ROLE_CHANGED = register_action(
    "practice.staff_role_changed",
    _("gave {subject}, who was {from}, the role {to}"),
    data=("from", "to", "returned"),
)
SECOND_FACTOR_RESET = register_action(
    "practice.second_factor_reset", _("took the second factors of {subject} away"), data=("removed",)
)
STAFF_RETURNED = register_action(
    "practice.staff_returned", _("let {subject} in again, as {role}"), data=("role",)
)
STAFF_LEFT = register_action(
    "practice.staff_left",
    _("ended the access of {subject}, who held {seats} matters"),
    data=("seats", "matters", "returned"),
)
LIST_EXPORTED = register_action(
    "practice.list_exported",
    _("exported the list {list} as {format}, {rows} rows"),
    data=("list", "format", "filters", "rows"),
)
VIEW_SAVED = register_action(
    "practice.view_saved", _("saved a view of the list {list}"), data=("list", "view", "scope")
)
VIEW_CHANGED = register_action(
    "practice.view_changed", _("changed a view of the list {list}"), data=("list", "view", "scope")
)
VIEW_DELETED = register_action(
    "practice.view_deleted", _("deleted a view of the list {list}"), data=("list", "view", "scope")
)
TEAM_MADE = register_action("practice.team_made", _("made the team {subject}"))
TEAM_CHANGED = register_action(
    "practice.team_changed",
    _("changed the team {subject}: {joined} joined, {left} left"),
    data=("joined", "left"),
)
TEAM_JOINED = register_action("practice.team_joined", _("had {subject} join a team"), data=("team",))
TEAM_LEFT = register_action("practice.team_left", _("had {subject} leave a team"), data=("team", "returned"))
CLIENT_CALLED = register_action(
    "practice.client_called", _("spoke with the client about the status ({minutes} min)"), data=("minutes",)
)
CLIENT_ASKED = register_action(
    "practice.client_asked", _("answered a question of the client ({minutes} min)"), data=("minutes",)
)
CLIENT_CONTACTED = register_action(
    "practice.client_contacted", _("was in touch with the client ({minutes} min)"), data=("minutes",)
)
CLIENT_CREATED = register_action("practice.client_created", _("added the client"))
FIRM_CONTACT_PUBLISHED = register_action(
    "practice.firm_contact_published",
    _("changed how clients reach the firm (version {version})"),
    data=("key", "version", "origin"),
)
CONFLICTS_CHECKED = register_action(
    "practice.conflicts_checked",
    _("compared somebody new with every client ({found} alike)"),
    data=("found",),
)
CONFLICT_UNTOLD = register_action(
    "practice.conflict_untold", _("found nobody who may be told of a conflict about {subject}")
)
CLIENT_NAME_CORRECTED = register_action("practice.client_name_corrected", _("corrected the client's name"))
CLIENT_CONTACT_CORRECTED = register_action(
    "practice.client_contact_corrected", _("corrected how the client is reached: {fields}"), data=("fields",)
)
CONTACT_OFFERED = register_action(
    "practice.contact_offered",
    _("offered what a list says of the client: {fields}"),
    data=("fields", "import"),
)
CONTACT_OFFER_DISMISSED = register_action(
    "practice.contact_offer_dismissed",
    _("dismissed what a list says of the client: {fields}"),
    data=("fields",),
)
CLIENT_RELATED = register_action("practice.client_related", _("noted what the client is to another client"))
CLIENT_UNRELATED = register_action(
    "practice.client_unrelated", _("took back what the client is to another client")
)
CLIENT_MERGED = register_action(
    "practice.client_merged",
    _("merged another record of the client into this one ({rows} rows)"),
    data=("rows", "other"),
)
CLIENT_MERGED_AWAY = register_action(
    "practice.client_merged_away",
    _("merged this record of the client into another one ({rows} rows)"),
    data=("rows", "other"),
)
MATTER_REJOINED = register_action(
    "practice.matter_rejoined", _("put the matter {subject} under the client's other record")
)
CLIENT_PROTECTED = register_action(
    "practice.client_protected", _("marked the client as protected: written to at the safe contact only")
)
CLIENT_PROTECTION_ENDED = register_action(
    "practice.client_protection_ended", _("ended the protection of the client")
)
CLIENT_PROTECTION_DECLINED = register_action(
    "practice.client_protection_declined",
    _("decided that the client needs no protection because of {forms}"),
    data=("forms",),
)
CLIENT_INVITED = register_action("practice.client_invited", _("invited the client to the portal"))
INVITATION_ACCEPTED = register_action(
    "practice.invitation_accepted", _("accepted the invitation to the portal")
)
INVITATION_REVOKED = register_action(
    "practice.invitation_revoked", _("withdrew the invitation to the portal")
)
LANGUAGE_CHOSEN = register_action(
    "practice.language_chosen", _("chose the language {language}"), data=("language",)
)
NEWS_BY_MAIL_CHOSEN = register_action(
    "practice.news_by_mail_chosen", _("chose whether news come by e-mail ({wanted})"), data=("wanted",)
)
MATTER_OPENED = register_action(
    "practice.matter_opened", _("opened the matter {subject}"), data=("kind", "parent")
)
MATTER_EDITED = register_action(
    "practice.matter_edited", _("changed the matter {subject}: {fields}"), data=("fields",)
)
PARTY_ADDED = register_action(
    "practice.party_added", _("noted a party of the matter {subject}: {role}"), data=("role", "client")
)
PARTY_ENDED = register_action(
    "practice.party_ended", _("took back a party of the matter {subject}: {role}"), data=("role", "client")
)
REPORT_PRINTED = register_action(
    "practice.report_printed",
    _("printed the status of the matter {subject} for the {reader} ({language})"),
    data=("reader", "language", "receipts"),
)
TAG_ADDED = register_action("practice.tag_added", _("added the tag {subject}"))
TAG_RENAMED = register_action("practice.tag_renamed", _("renamed the tag {subject}"))
TAG_REMOVED = register_action(
    "practice.tag_removed", _("removed a tag from {matters} matters"), data=("matters",)
)
MATTER_ASSIGNED = register_action(
    "practice.matter_assigned", _("assigned the matter {subject}"), data=("attorney", "paralegal", "team")
)
MATTER_UNSHARED = register_action(
    "practice.matter_unshared",
    _("took the matter {subject} back from a team"),
    data=("team", "returned"),
)
MATTER_STAGE_SET = register_action(
    "practice.matter_stage_set",
    _("moved the matter {subject} from {from} to {to}"),
    data=("from", "to", "reason"),
)
MATTER_CLOSED = register_action("practice.matter_closed", _("closed the matter {subject}"))
MATTER_REOPENED = register_action("practice.matter_reopened", _("reopened the matter {subject}"))
SEAT_EMPTIED = register_action(
    "practice.matter_seat_emptied",
    _("left a seat in the matter {subject} empty, as its holder was shut out"),
    data=("seats", "user"),
)
WALL_RAISED = register_action(
    "practice.wall_raised", _("shut a person out of the matter {subject}"), data=("user", "wall")
)
WALL_LOWERED = register_action(
    "practice.wall_lowered", _("let a person back into the matter {subject}"), data=("user", "wall")
)
WALL_KEPT = register_action(
    "practice.wall_kept", _("left a wall on the matter {subject} alone"), data=("user", "wall")
)
WALL_FOLDED = register_action(
    "practice.wall_folded",
    _("took down a copy of a wall on {subject}, which the wall it was copied from covers"),
    data=("user", "wall", "into"),
)
CLIENT_WALL_RAISED = register_action(
    "practice.wall_raised_on_client", _("shut a person out of {subject}"), data=("user", "wall")
)
CLIENT_WALL_LOWERED = register_action(
    "practice.wall_lowered_on_client",
    _("took down the wall between a person and {subject}"),
    data=("user", "wall"),
)
WALL_FOLLOWED = register_action(
    "practice.wall_followed",
    _("put a wall on the client into whom {subject} was merged"),
    data=("user", "wall"),
)
WALL_WIDENED = register_action(
    "practice.wall_widened",
    _("put a wall that stood on one matter on the whole of {subject}"),
    data=("user", "wall", "matter"),
)


def _matters(ids: list[str], reader: Actor) -> dict[str, tuple[str, str]]:
    found = visible_matters(reader, Capability.VIEW_RECEIPT).filter(pk__in=ids)
    return {
        str(pk): (reference, reverse("workflows:matter", args=[pk]))
        for pk, reference in found.values_list("pk", "reference")
    }


def _people(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return {str(pk): (name, "") for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}


def _teams(ids: list[str], reader: Actor) -> dict[str, tuple[str, str]]:
    may = can(reader, Capability.MANAGE_TEAMS)
    found = Team.objects.filter(pk__in=ids).values_list("pk", "name")
    return {str(pk): (name, reverse("practice:team", args=[pk]) if may else "") for pk, name in found}


def _tags(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return {str(pk): (name, "") for pk, name in Tag.objects.filter(pk__in=ids).values_list("pk", "name")}


def _clients(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return {pk: (str(_("the client")), "") for pk in ids}


def register_subjects() -> None:
    """Register how the record names matters, people, teams, clients and invitations."""
    register_subject(Matter, _matters)
    register_subject(User, _people)
    register_subject(Team, _teams)
    register_subject(Tag, _tags)
    register_subject(Client, _clients)
    register_subject(Invitation, _clients)
    register_subject(ConflictCheck, lambda ids, _reader: {pk: (str(_("a conflict check")), "") for pk in ids})
