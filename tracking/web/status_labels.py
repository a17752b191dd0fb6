"""The labels of statuses and stages for the translators: makemessages cannot see them in the pure tables.

A test compares this list with `tracking.statuses`.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

LABELS = (
    _("Received"),
    _("Biometrics"),
    _("In review"),
    _("RFE / action requested"),
    _("Interview"),
    _("Approved"),
    _("Card / document"),
    _("Returned mail"),
    _("Denied"),
    _("Rejected"),
    _("Closed / archived"),
    _("Appeal / reopened"),
    _("No stage change"),
    _("Biometrics scheduled"),
    _("Biometrics taken"),
    _("Initial review"),
    _("Response received"),
    _("Transferred"),
    _("On hold"),
    _("Request for evidence"),
    _("Notice of intent to deny"),
    _("Notice of intent to revoke"),
    _("Notice mailed, read it"),
    _("Ready for interview"),
    _("Interview scheduled"),
    _("Interview cancelled"),
    _("Interview completed"),
    _("Missed appointment"),
    _("Oath ceremony"),
    _("Sent to the Department of State"),
    _("Card or document in production"),
    _("Card or document mailed"),
    _("Card or document delivered"),
    _("Mail returned"),
    _("Card or document destroyed"),
    _("Withdrawn"),
    _("Closed"),
    _("Revoked or terminated"),
    _("Reopened"),
    _("Appeal or motion"),
    _("Fee or payment"),
    _("Expedite or premium processing"),
    _("Administrative update"),
    _("Not understood yet"),
)
