"""What clients put on the record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from legist.core.audit import register_action

MESSAGE_READ = register_action("portal.message_read", _("read a message in the portal"))
INVITATION_SENT = register_action("portal.invitation_sent", _("sent the invitation to the portal"))
INVITATION_FAILED = register_action(
    "portal.invitation_failed", _("could not send the invitation to the portal"), data=("error",)
)
PORTAL_LEFT = register_action("portal.left", _("ended their access to the portal"))
PASSKEY_ADDED = register_action("portal.passkey_added", _("set up sign-in with a phone"))
PASSKEY_REMOVED = register_action("portal.passkey_removed", _("removed sign-in with a phone"))
