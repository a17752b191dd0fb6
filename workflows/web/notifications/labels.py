"""What the product tells a member of staff: sentences, each with the page it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core import incidents
from legist.practice.roles import Role
from tracking.states import code_label
from workflows.clients.contacts import ALIKE, OFFERED, UNTOLD
from workflows.deadlines.reminders import UNDATED
from workflows.labels import deadline_label, entry_words, playbook_label
from workflows.matters.handovers import ASSIGNED, LEFT, MOVED_OUT, REOPENED
from workflows.notifications.imports import WAITING
from workflows.states import UNREACHED, NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from workflows.models import Notification


DATED = ("deadline", "appointment")
ICONS = {
    NotificationKind.REMINDER: "calendar-clock",
    NotificationKind.OVERDUE: "calendar-x",
    NotificationKind.APPROVAL: "pen-line",
    NotificationKind.RETURNED: "corner-up-left",
    NotificationKind.DELIVERY: "mail-warning",
    NotificationKind.STEP: "triangle-alert",
    NotificationKind.CHANGE: "activity",
    NotificationKind.PLAYBOOK: "workflow",
    NotificationKind.GIVEN_UP: "triangle-alert",
    NotificationKind.INCIDENT: "siren",
    NotificationKind.PAPER: "mail-search",
    NotificationKind.WORDING: "message-square-text",
    NotificationKind.PORTAL: "log-out",
    NotificationKind.CONTACT: "contact",
    NotificationKind.IMPORT: "upload",
    NotificationKind.HANDOVER: "folder-input",
    NotificationKind.CONFLICT: "users",
    NotificationKind.LETTER: "mail",
    NotificationKind.REPLY: "message-square",
    NotificationKind.MENTION: "sticky-note",
    NotificationKind.TASK: "clipboard-list",
    NotificationKind.WAITS: "hourglass",
}
# Where on its matter's page a notice leads.
SECTION_OF = {
    NotificationKind.MENTION: "?section=notes",
    NotificationKind.TASK: "?section=work",
    NotificationKind.REPLY: "?section=messages",
}


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """A notice ready to be shown."""

    notice: Notification
    text: str
    url: str
    icon: str
    tone: str

    @property
    def pk(self) -> UUID:
        return self.notice.pk


def explain(notices: Iterable[Notification]) -> list[NotificationLine]:
    """Put notices into words."""
    return [
        NotificationLine(
            notice=notice,
            text=WORDS[notice.kind](notice),
            url=reverse("workflows:my_work") if "given" in notice.data else _address(notice),
            icon=ICONS[NotificationKind(notice.kind)],
            tone=NotificationLevel(notice.level).tone,
        )
        for notice in notices
    ]


def _address(notice: Notification) -> str:
    own = {"deadline": "workflows:deadline", "draft": "workflows:draft"}.get(notice.subject_kind)
    if address := ADDRESSES.get(notice.kind):
        return address(notice)
    if own:
        return reverse(own, args=[notice.subject_id])
    if notice.subject_kind == "delivery":
        return reverse("workflows:deliveries")
    if notice.kind == NotificationKind.PLAYBOOK:
        return reverse("workflows:playbook", args=[notice.data.get("playbook") or notice.subject_id])
    if notice.kind == NotificationKind.GIVEN_UP:
        return f"{reverse('tracking:health')}#given-up"
    if notice.kind == NotificationKind.IMPORT:
        is_waiting = notice.data.get("what") == WAITING
        return (
            reverse("tracking:imports_waiting")
            if is_waiting
            else reverse("tracking:import", args=[notice.subject_id])
        )
    kind = notice.data.get("what", notice.kind) if notice.kind == NotificationKind.WAITS else notice.kind
    section = SECTION_OF.get(NotificationKind(kind), "")
    return reverse("workflows:matter", args=[notice.matter_id]) + section


def _due(notice: Notification) -> dict[str, str]:
    status = entry_words("", "status", notice.data.get("status", ""))
    kind = deadline_label(notice.data.get("kind", ""))
    return {
        "kind": kind[:1].upper() + kind[1:],
        "due": entry_words("", "due", notice.data.get("due", "")),
        "status": status,
    }


def _reminder(notice: Notification) -> str:
    if notice.data.get("offset") == UNDATED:
        return _("%(kind)s: it runs, and the date is not known. Find the notice today") % _due(notice)
    if notice.data.get("escalated"):
        return _("%(kind)s: due %(due)s (%(status)s), and nobody has said that they have it") % _due(notice)
    return _("%(kind)s: due %(due)s (%(status)s)") % _due(notice)


def _overdue(notice: Notification) -> str:
    return _("%(kind)s: was due %(due)s and is still open") % _due(notice)


def _step(notice: Notification) -> str:
    name = playbook_label(notice.data.get("playbook", ""))
    if notice.data.get("kind") == "walled":
        said = _(
            "Who published the playbook “%(name)s” may not see this matter. Start it yourself if it fits"
        )
        return said % {"name": name}
    if notice.data.get("kind") in DATED:
        return _("The playbook “%(name)s” could not enter a deadline. Enter it by hand today") % {
            "name": name
        }
    return _("A step of the playbook “%(name)s” could not be done") % {"name": name}


def _playbook(notice: Notification) -> str:
    name = playbook_label(notice.data.get("playbook", ""))
    return _("The playbook “%(name)s” cannot be read and starts nothing. What it misses is kept") % {
        "name": name
    }


def _given_up(notice: Notification) -> str:
    data = {name: notice.data.get(name, "") for name in ("what", "error", "id")}
    if notice.data.get("source") == "access":  # as an earlier release told it; it is an incident now
        return _("USCIS refuses our access (%(what)s, %(error)s): its calls are held back") % data
    return _("Given up after its last attempt: %(what)s (%(error)s, %(id)s). Try it again") % data


def _incident(notice: Notification) -> str:
    said = incidents.say(notice.data.get("cause", ""), notice.data.get("concern", ""))
    said = said or str(NotificationKind.INCIDENT.label)
    return {
        incidents.Stage.AGAIN: _("Nobody has taken it on yet: %(said)s") % {"said": said},
        incidents.Stage.OVER: _("It is over: %(said)s") % {"said": said},
    }.get(notice.data.get("stage", ""), said)


def _change(notice: Notification) -> str:
    return _("New status: %(status)s. The work for it was started") % {
        "status": code_label(notice.data.get("code", ""))
    }


def _delivery(notice: Notification) -> str:
    if notice.data.get("state") == "uncertain":
        return _("It is unclear whether a message reached the client. Decide what to do")
    if notice.data.get("error") in UNREACHED:
        return _("Nothing reaches a client. Post the message or call, then record it")
    return _("A message could not be delivered. Decide what to do")


def paper_address(notice: Notification) -> str:
    """Return the notice that waits, or else the list of what is missing with the paper in sight."""
    if notice.subject_kind == "papernotice":
        return reverse("workflows:paper_notice", args=[notice.subject_id])
    return f"{reverse('workflows:paper')}?tab=missing#watch-{notice.subject_id}"


def _paper(notice: Notification) -> str:
    status = {"status": code_label(notice.data.get("code", ""))}
    return {
        "missing": _("The paper for “%(status)s” has not come. Find out where it is") % status,
        "untouched": _("The paper for “%(status)s” is missing and nobody has looked for it yet") % status,
        "moved_on": _("The paper for “%(status)s” never came, and the case has moved on") % status,
    }.get(notice.data.get("what", ""), _("A paper notice waits for you: look where it belongs"))


def wording_address(notice: Notification) -> str:
    """Return the words that wait or came back, or the list of what an upgrade changed."""
    if notice.subject_kind == "wordingproposal":
        return reverse("workflows:wording_proposal", args=[notice.subject_id])
    return reverse("workflows:wording_upgrade")


def _wording(notice: Notification) -> str:
    status = {"status": code_label(notice.data.get("code", ""))}
    return {
        "proposed": _("Words for every client with “%(status)s” wait for an attorney's approval") % status,
        "rejected": _("Your words for “%(status)s” came back with a reason") % status,
    }.get(notice.data.get("what", ""), _("An upgrade changed words that clients read"))


def _import(notice: Notification) -> str:
    if notice.data.get("what") == WAITING:
        return _("Rows of an import wait for you: say where their receipts belong")
    return _("An import was stopped by an error. Have it go on, or upload the list again")


def handover_address(notice: Notification) -> str:
    """Return the matter that changed hands, or else the list of what was left behind."""
    if notice.matter_id is None:
        return f"{reverse('workflows:matters')}?mine=left"
    return reverse("workflows:matter", args=[notice.matter_id])


COUNTS = ("deadlines", "withdrawn", "anew", "on_way", "matters", "drafts", "items")


def _handover(notice: Notification) -> str:
    data: dict[str, object] = {**dict.fromkeys(COUNTS, 0), **notice.data}
    waits = _("%(deadlines)s deadlines, %(drafts)s messages and %(items)s things to do wait") % data
    if data.get("what") == ASSIGNED:
        return _("You were given this matter. %(waits)s") % {"waits": waits}
    if data.get("what") == LEFT:
        return _("Somebody has left the firm. Give their %(matters)s matters to others: %(waits)s") % (
            data | {"waits": waits}
        )
    if data.get("what") == REOPENED:
        return _reopened(data, str(waits))
    if data.get("what") == MOVED_OUT:
        said = _(
            "A receipt was moved to another matter, with %(deadlines)s deadlines. "
            "%(withdrawn)s waiting messages about it were withdrawn"
        )
    else:
        said = _(
            "A receipt was moved into this matter, with %(deadlines)s deadlines. "
            "%(anew)s messages about it were drafted anew, of %(withdrawn)s that waited"
        )
    more = _("; %(on_way)s had left already: write to whoever got them") if data["on_way"] else ""
    return (said + more) % data


def _reopened(data: dict[str, object], waits: str) -> str:
    seats = data.get("seats")
    if seats == [Role.ATTORNEY]:
        said = _("A matter was reopened, and its attorney has left the firm. Name another: %(waits)s")
    elif seats == [Role.PARALEGAL]:
        said = _("A matter was reopened, and its paralegal has left the firm. Name another: %(waits)s")
    else:
        said = _(
            "A matter was reopened, and its attorney and paralegal have left the firm. Name others: %(waits)s"
        )
    return said % {"waits": waits}


def _task(notice: Notification) -> str:
    due = notice.data.get("due", "")
    if notice.data.get("given") is False:
        return _("Something that was yours or that you had given away has gone to a colleague")
    if "given" in notice.data:
        return _("A colleague has given you something to do. It stands in your work")
    if not due:
        return _("You were given a task in this matter")
    return _("You were given a task in this matter, due %(due)s") % {"due": entry_words("", "due", due)}


def conflict_address(notice: Notification) -> str:
    """Return the matter whose client somebody is like, or the list of checks for those who may read it."""
    if notice.matter_id:
        return reverse("workflows:matter", args=[notice.matter_id])
    return reverse("workflows:notices" if notice.data.get("what") == UNTOLD else "workflows:conflicts")


def _conflict(notice: Notification) -> str:
    what = notice.data.get("what")
    if what == ALIKE:
        said = _(
            "%(by)s entered somebody who is like the client of this matter, and no manager may look into it. "
            "Speak with each other about whether it is a conflict"
        )
        return said % {"by": notice.data.get("by") or _("Somebody")}
    if what == UNTOLD:
        return _("Somebody was entered whom the firm knows, and no manager or attorney may be told of it")
    if notice.matter_id:
        return _("The number of this receipt was entered by somebody who may not see it")
    return _("Somebody new is like a client whom the person may not see. Look with whom")


WAITS_FOR = {
    "approval": gettext_lazy("a message waits for approval"),
    "delivery": gettext_lazy("nobody knows whether a message has reached the client"),
    "reply": gettext_lazy("the client wrote a message and got no answer"),
    "task": gettext_lazy("a task is overdue"),
}


def _waits(notice: Notification) -> str:
    what, since = WAITS_FOR.get(notice.data.get("what", "")), notice.data.get("since")
    if not (what and since):
        return str(NotificationKind.WAITS.label)
    since = date_format(date.fromisoformat(since), "F j")
    return _("Nobody has taken this up since %(day)s: %(what)s") % {"day": since, "what": what}


WORDS: dict[str, Callable[[Notification], str]] = {
    NotificationKind.REMINDER: _reminder,
    NotificationKind.OVERDUE: _overdue,
    NotificationKind.APPROVAL: lambda _notice: _("A message to the client waits for your approval"),
    NotificationKind.RETURNED: lambda _notice: _("A message was sent back with a reason"),
    NotificationKind.DELIVERY: _delivery,
    NotificationKind.STEP: _step,
    NotificationKind.CHANGE: _change,
    NotificationKind.PLAYBOOK: _playbook,
    NotificationKind.GIVEN_UP: _given_up,
    NotificationKind.INCIDENT: _incident,
    NotificationKind.PAPER: _paper,
    NotificationKind.WORDING: _wording,
    NotificationKind.PORTAL: lambda _notice: _(
        "The client has ended their access to the portal. Ask how to reach them"
    ),
    NotificationKind.CONTACT: lambda notice: (
        _("A list says something else of the client. Take it over, or dismiss it")
        if notice.data.get("what") == OFFERED
        else _("The client is reached in another way now. Look at what waits")
    ),
    NotificationKind.IMPORT: _import,
    NotificationKind.HANDOVER: _handover,
    NotificationKind.CONFLICT: _conflict,
    NotificationKind.LETTER: lambda _notice: _(
        "The client got a letter from USCIS. Ask for it, and log it as soon as you have it"
    ),
    NotificationKind.REPLY: lambda _notice: _("The client wrote a message. Read it, and answer"),
    NotificationKind.MENTION: lambda _notice: _("You are named in a note on this matter"),
    NotificationKind.TASK: _task,
    NotificationKind.WAITS: _waits,
}


ADDRESSES: dict[str, Callable[[Notification], str]] = {
    NotificationKind.INCIDENT: lambda _notice: reverse("insights:incidents"),
    NotificationKind.WORDING: wording_address,
    NotificationKind.HANDOVER: handover_address,
    NotificationKind.CONFLICT: conflict_address,
    NotificationKind.PAPER: paper_address,
}
