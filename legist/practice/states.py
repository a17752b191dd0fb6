"""The states and kinds of what the practice keeps; pages need no more of its tables."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legist.core.states import Toned


class OfferState(TextChoices):
    """What a person has made of an offer."""

    OPEN = "open", _("Waits for a decision")
    TAKEN = "taken", _("Taken over")
    DISMISSED = "dismissed", _("Dismissed")


class ClientKind(TextChoices):
    """Whom the firm works for."""

    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class WayKind(TextChoices):
    """A further way to reach a client."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail address")
    POST = "post", _("Postal address")


class WayUse(TextChoices):
    """What a way is for."""

    MOBILE = "mobile", _("Mobile")
    HOME = "home", _("Home")
    WORK = "work", _("Work")
    OTHER = "other", _("Other")


class RelationKind(TextChoices):
    """What the second of two clients is to the first."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Brother or sister")
    EMPLOYER = "employer", _("Employer")
    EMPLOYEE = "employee", _("Employee")
    OTHER = "other", _("Other")


# What the first is to the second, where that is called otherwise.
TURNED = {
    RelationKind.PARENT: RelationKind.CHILD,
    RelationKind.CHILD: RelationKind.PARENT,
    RelationKind.EMPLOYER: RelationKind.EMPLOYEE,
    RelationKind.EMPLOYEE: RelationKind.EMPLOYER,
}


class PartyRole(TextChoices):
    """What a client is in a matter; who the firm writes to is the matter's client, whatever the roles."""

    PETITIONER = "petitioner", _("Petitioner")
    BENEFICIARY = "beneficiary", _("Beneficiary")
    DERIVATIVE = "derivative", _("Derivative")
    EMPLOYER = "employer", _("Employer")
    SPONSOR = "sponsor", _("Sponsor")
    REPRESENTATIVE = "representative", _("Representative")


class MatterKind(TextChoices):
    """What the matter is about, in the firm's terms."""

    CASE = "case", _("Case")
    RFE = "rfe", _("Answer to USCIS")


class MatterState(TextChoices):
    """Whether the firm still works on it."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class MatterStage(Toned):
    """The firm's own stage, kept apart from the government's status, which alone has a colour."""

    INTAKE = "intake", "neutral", "milestone", _("Intake")
    FILED = "filed", "neutral", "milestone", _("Filed")
    RESPONDING = "responding", "neutral", "milestone", _("Responding to USCIS")
    POST_ADJUDICATION = "post_adjudication", "neutral", "milestone", _("After the decision")
    TO_CLOSE = "to_close", "neutral", "folder-check", _("Ready to close")
    CLOSED = "closed", "neutral", "folder-closed", _("Closed")


class ActKind(TextChoices):
    """An act that a later measure counts."""

    CHECK_REQUESTED = "check_requested", _("Had USCIS asked now")
    CHECKED_BY_HAND = "checked_by_hand", _("Looked it up by hand")
    CALL = "call", _("Call about the status")
    QUESTION = "question", _("Question")
    CONTACT = "contact", _("Something else")
    DRAFT_APPROVED = "draft_approved", _("Approved a message")
    DRAFT_RETURNED = "draft_returned", _("Sent a message back")
    DRAFT_VOIDED = "draft_voided", _("Withdrew a message")
    MESSAGE_BOUNCED = "message_bounced", _("A message was refused where it was sent")
    MESSAGE_GIVEN_UP = "message_given_up", _("A message did not go out, or nobody knows")


# Acts of which a person says how many minutes they took.
TIMED = (ActKind.CHECKED_BY_HAND, ActKind.CALL, ActKind.QUESTION, ActKind.CONTACT)
CONTACTS = (ActKind.CALL, ActKind.QUESTION, ActKind.CONTACT)


class EarlierWall(TextChoices):
    """What became of a wall that stood before walls on clients existed."""

    NO = "", _("None of those")
    UNSORTED = "unsorted", _("Not looked at yet")
    UNDECIDED = "undecided", _("A person has to say how far it reaches")


class ViewScope(TextChoices):
    """Who sees a saved view of a list."""

    PRIVATE = "private", _("Only you")
    TEAM = "team", _("Your team")
    FIRM = "firm", _("The whole firm")


class SignInJobKind(TextChoices):
    """What the worker is to do about an address."""

    CODE = "code", _("Mail a code")
    RESET = "reset", _("Mail a link for a new password")
    FAILURE = "failure", _("Record a failed sign-in")
    LETTER = "letter", _("Mail a letter")
