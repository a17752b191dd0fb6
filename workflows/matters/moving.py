"""The work about a receipt goes along when it is moved from one matter into another."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.resilience.error_capture import ErrorCapture, is_transient
from legist.core.uow import acting, unit_of_work
from legist.practice.models import Matter
from legist.practice.states import MatterState
from tracking.selectors import get_change_facts
from tracking.selectors.facts import locked_receipts
from workflows import audit_actions as actions
from workflows.checklists.duties import client_duties
from workflows.matters import handovers
from workflows.messages.drafts import NewDraft, create_draft, withdraw_all
from workflows.messages.facts import Source, client_values, facts_used
from workflows.messages.templates import store as templates
from workflows.models import (
    BillingEvent,
    ChecklistRun,
    Deadline,
    Draft,
    NoticeWatch,
    Notification,
    PlaybookRun,
)
from workflows.notifications import services as notifications
from workflows.plain_language.selectors import read_book
from workflows.playbooks.engine import is_superseded
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from tracking.models import Receipt

SAID = (handovers.MOVED_OUT, handovers.MOVED_IN)


def take_along(
    receipt_id: UUID | str, *, left: UUID | str, key: str, now: datetime, actor: Actor
) -> dict[str, int]:
    """Bring the work about a receipt to the matter it is in now; return the counts, by kind.

    Waiting messages are withdrawn, and drafted anew where they still say what is so. Deadlines keep their
    dates, which hang on the receipt and not on the matter, and their reminders; checklists, playbook runs and
    billing events go along too. Documents and what was sent stay on file under `left`, the matter that the
    receipt was moved out of. The people of both are told, once for a `key`. Done again, it finds nothing to
    do.
    """
    with unit_of_work(actor=actor):
        home = Matter.objects.get(receipts__pk=receipt_id)
        drafts = Draft.objects.filter(change__receipt__pk=receipt_id).exclude(matter__in=_family(home.pk))
        why = _("The receipt was moved to another matter.")
        withdrawn, on_way = withdraw_all(drafts, reason=why, actor=actor, now=now)
        # Drafts are locked before receipts everywhere; from here on nobody moves it again.
        receipt = locked_receipts().get(pk=receipt_id)
        target = Matter.objects.select_related("client", "attorney", "paralegal").get(receipts__pk=receipt_id)
        counts = {"withdrawn": len(withdrawn), "on_way": len(on_way)} | _bring(receipt, target, now=now)
        counts["anew"] = sum(_draft_anew(draft, target, actor=actor, now=now) for draft in withdrawn)
        origin = Matter.objects.select_related("attorney", "paralegal").get(pk=left)
        told = Notification.objects.filter(key__in=[f"{what}:{key}" for what in SAID])
        if origin.pk != target.pk and not told.exists():
            _tell(receipt, (origin, target), counts, key=key, actor=actor, now=now)
    return counts


def _family(matter_id: UUID) -> list[UUID]:
    """The ids of a matter and of those opened under it."""
    family = Matter.objects.filter(Q(pk=matter_id) | Q(parent=matter_id))
    return list(family.values_list("pk", flat=True))


def _bring(receipt: Receipt, target: Matter, *, now: datetime) -> dict[str, int]:
    here = _family(target.pk)
    watched = NoticeWatch.objects.filter(receipt=receipt, checklist__isnull=False)
    about: dict[str, QuerySet[Any]] = {
        "deadlines": Deadline.objects.filter(Q(receipt=receipt) | Q(run__receipt=receipt)),
        "checklists": ChecklistRun.objects.filter(
            Q(run__receipt=receipt) | Q(pk__in=watched.values("checklist"))
        ),
        "billing": BillingEvent.objects.filter(change__receipt=receipt),
        "runs": PlaybookRun.objects.filter(receipt=receipt, matter__isnull=False),
    }
    found = {
        name: list(rows.exclude(matter__in=here).values_list("pk", flat=True)) for name, rows in about.items()
    }
    for name, ids in found.items():
        about[name].filter(pk__in=ids).update(matter=target)
    # Who was told of a deadline where it was may not open it where it is.
    told = Notification.objects.filter(
        subject_kind="deadline", subject_id__in=found["deadlines"], read_at=None
    )
    told.update(read_at=now)
    return {name: len(ids) for name, ids in found.items()}


def _draft_anew(draft: Draft, target: Matter, *, actor: Actor, now: datetime) -> bool:
    """Put the message of a withdrawn draft before an attorney for the client of the matter it belongs to.

    Not where USCIS has said something else since, nor in a closed matter. One that cannot be drafted is
    counted as withdrawn only: the people of the matter are told of both numbers.
    """
    if draft.change_id is None or target.state == MatterState.CLOSED or is_superseded(draft.change_id):
        return False
    attempt = ErrorCapture()
    with attempt, unit_of_work(actor=actor):
        deadline = Deadline.objects.filter(run=draft.run).first() if draft.run_id else None
        change = get_change_facts(draft.change_id)
        duties = client_duties([change.receipt_id])[change.receipt_id]
        source = Source(change, target, target.client, deadline, now, read_book(), duties)
        texts, version = templates.render(
            draft.purpose, {language: client_values(source, language) for language in templates.LANGUAGES}
        )
        new = NewDraft(
            matter=target,
            client=target.client,
            purpose=draft.purpose,
            texts=texts,
            facts=facts_used(source),
            template_version=version,
            change_id=draft.change_id,
        )
        create_draft(new, actor=actor, now=now)
    if attempt.error is not None and is_transient(attempt.error):
        raise attempt.error
    return attempt.error is None


def _tell(
    receipt: Receipt,
    matters: tuple[Matter, Matter],
    counts: dict[str, int],
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> None:
    acts = (actions.WORK_TAKEN_AWAY, actions.WORK_BROUGHT)
    for matter, act, what in zip(matters, acts, SAID, strict=True):
        data = {name: counts[name] for name in act.data}
        acting(actor=actor, now=now).record(act, receipt, matter.pk, **data)
        message = notifications.Message(
            f"{what}:{key}",
            NotificationKind.HANDOVER,
            NotificationLevel.URGENT if counts["on_way"] else NotificationLevel.ACTION,
            receipt,
            matter,
            {"what": what, **counts},
        )
        notifications.notify(assigned(matter) or managers(matter), message, now=now)
