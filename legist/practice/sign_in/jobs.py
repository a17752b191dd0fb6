"""The worker's part of signing in: it looks up whose an address is, and mails or records what is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from legist.core.actors import Actor
from legist.core.channels.email import EmailMessageSpec, send_email
from legist.core.channels.errors import PermanentNotifyError, UncertainNotifyError
from legist.core.clock import utc_now
from legist.core.tasks import Ran, enqueue, periodic, task
from legist.core.uow import acting
from legist.practice import audit_actions as actions
from legist.practice.accounts import Addressee, find_addressee, find_client, find_client_user, find_staff
from legist.practice.firm_contact import read_reach
from legist.practice.models import SignInCode, SignInJob, User
from legist.practice.states import SignInJobKind

# After this the mail would no longer help its reader; an outage of the mail server may last as long.
USEFUL: Final = {
    SignInJobKind.CODE: timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    SignInJobKind.RESET: timedelta(hours=1),
    SignInJobKind.FAILURE: timedelta(days=1),
    SignInJobKind.LETTER: timedelta(days=1),
}
KEPT: Final = timedelta(days=2)
BATCH: Final = 5000
SYSTEM: Final = Actor.system("sign-in")

log = structlog.get_logger(__name__)


def enqueue_job(job: SignInJob, *, now: datetime) -> None:
    """Ask for a job to be done after the commit."""
    enqueue(do_sign_in_job, {"job_id": str(job.pk)}, now=now)


@task("practice.sign_in_job", timeout_s=60, max_attempts=100)
def do_sign_in_job(*, job_id: str) -> Ran:
    """Background work: do what was asked at sign-in."""
    return Ran(did=int(run_job(job_id, now=utc_now())))


def run_job(job_id: str, *, now: datetime) -> bool:
    """Do one job, once; what is of no use any more, or concerns nobody we know, is dropped: that is done too.

    False for one that was done before.

    A mail server that cannot be reached raises, so that it is tried again for as long as that is of use. The
    message id stays the same: a second copy is recognised as one.
    """
    job = SignInJob.objects.filter(pk=job_id, done_at=None).first()
    if job is None or not job.content:
        return False
    kind = SignInJobKind(job.kind)
    person = _person(job)
    if now > job.created_at + USEFUL[kind]:
        _fail(job, person, error="too_late", now=now)
    elif kind == SignInJobKind.FAILURE:
        if person is not None:
            acting(actor=SYSTEM, now=now).record(actions.SIGN_IN_FAILED, person)
    elif mail := _mail(job, person):
        try:
            send_email(mail)
        except (PermanentNotifyError, UncertainNotifyError) as error:
            _fail(job, person, error=error.code, now=now)
    SignInJob.objects.filter(pk=job.pk).update(done_at=now, content=None)
    return True


def _person(job: SignInJob) -> User | None:
    """Whom the job concerns: codes are for clients, passwords for staff, both only while they are active."""
    email = str(job.content["email"])
    if job.kind == SignInJobKind.CODE:
        return find_client_user(email)
    if job.kind == SignInJobKind.RESET:
        return find_staff(email)
    client = find_client(email)
    return User.objects.filter(email=email.strip().lower()).first() or (client.user if client else None)


def _fail(job: SignInJob, person: User | None, *, error: str, now: datetime) -> None:
    if person is None or job.kind == SignInJobKind.FAILURE:
        return
    log.error("account_mail_failed", kind=job.kind, job=str(job.pk), error=error)
    data = {"kind": job.kind, "error": error}
    acting(actor=SYSTEM, now=now).record(actions.ACCOUNT_MAIL_FAILED, person, **data)


def _mail(job: SignInJob, person: User | None) -> EmailMessageSpec | None:
    """Return what is to be mailed, or None where nobody is to get anything."""
    filled = job.content if job.kind == SignInJobKind.LETTER else _fill(job, person)
    if not filled:
        return None
    return EmailMessageSpec(
        to=(filled["to"],),
        subject=filled["subject"],
        text=filled["text"],
        html=filled["html"],
        message_id=f"<sign-in-{job.pk}@legist.invalid>",
    )


def _fill(job: SignInJob, person: User | None) -> dict[str, str]:
    addressee = find_addressee(person.email) if person else None
    if person is None or addressee is None:
        return {}
    if job.kind == SignInJobKind.CODE:
        return letter("account/email/login_code", addressee, {"code": job.content["code"]})
    return letter("account/email/password_reset_key", addressee, {"password_reset_url": reset_link(person)})


def reset_link(person: User) -> str:
    """Return the address at which a member of staff chooses a new password; it works once."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return f"{settings.LEGIST_BASE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"


def letter(prefix: str, addressee: Addressee, context: dict[str, Any]) -> dict[str, str]:
    """Return a mail of allauth's, filled in for its reader in their language."""
    named = context | {"firm_name": settings.LEGIST_FIRM_NAME, "reach": read_reach()}
    with translation.override(addressee.language):
        mail = get_adapter().render_mail(prefix, addressee.email, named)
    html = next((str(each[0]) for each in getattr(mail, "alternatives", [])), "")
    return {"to": addressee.email, "subject": str(mail.subject), "text": str(mail.body), "html": html}


def prune(*, now: datetime, limit: int = BATCH) -> int:
    """Forget codes and jobs nobody can use any more, up to `limit` of each; return how many."""
    codes = SignInCode.objects.filter(made_at__lt=now - KEPT).order_by("made_at")
    jobs = SignInJob.objects.filter(created_at__lt=now - KEPT).order_by("created_at")
    gone = 0
    for rows in (codes, jobs):
        ids = list(rows.values_list("pk", flat=True)[:limit])
        gone += rows.model.objects.filter(pk__in=ids).delete()[0]
    return gone


@task("practice.prune_sign_in", timeout_s=120)
def prune_sign_in() -> Ran:
    """Forget what was asked for at sign-in, batch by batch."""
    now = utc_now()
    done = latest = prune(now=now)
    while latest >= BATCH:
        done += (latest := prune(now=now))
    return Ran(did=done)


periodic(prune_sign_in, every=timedelta(hours=6))
