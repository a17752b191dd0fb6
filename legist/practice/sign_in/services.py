"""What the sign-in pages do about an address: always the same, for they do not know whose it is.

A page writes a code or a job, sealed, and the worker looks up whom it concerns (`jobs.py` beside it). So a
stranger is answered alike, after the same work, for every address, and the web process never waits for a
mail server.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.core.internal.cryptokit import generate_user_code
from django.conf import settings
from django.db.models import F

from legist.core import instants
from legist.core.crypto import blind_index
from legist.core.uow import unit_of_work
from legist.practice.models import SignInCode, SignInJob
from legist.practice.sign_in.jobs import enqueue_job
from legist.practice.states import SignInJobKind

# A request within this time gets the same code again: nobody's request makes another's code useless.
CODE_REUSE: Final = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
# A mailbox gets no more than these; what it has got stays good.
CODE_MAILS: Final = 5
RESET_MAILS: Final = 5
RESET_WINDOW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished message about somebody's account."""

    to: str
    subject: str
    text: str
    html: str = ""


def issue_code(email: str, *, now: datetime) -> SignInCode:
    """Return the code in force for an address, or a new one, and have the worker mail it to its owner."""
    index = _index(email)
    with unit_of_work():
        in_force = SignInCode.objects.filter(address_index=index, used_at=None, made_at__gt=now - CODE_REUSE)
        code = in_force.select_for_update().order_by("-made_at").first()
        if code is None:
            made = generate_user_code(**settings.ACCOUNT_LOGIN_BY_CODE_FORMAT)
            code = SignInCode(address_index=index, code=made, made_at=now)
            code.save(force_insert=True)
        if code.mails < CODE_MAILS:
            SignInCode.objects.filter(pk=code.pk).update(mails=F("mails") + 1)
            _write(SignInJobKind.CODE, email, {"code": code.code}, now=now)
    return code


def spend_code(code_id: UUID | str, *, now: datetime) -> bool:
    """Use a code up; False when it was used before: of two tabs or people only one gets in with it."""
    return bool(SignInCode.objects.filter(pk=code_id, used_at=None).update(used_at=now))


def ask_for_reset(email: str, *, now: datetime) -> None:
    """Have the worker mail a link for a new password to whom the address belongs, if they have one at all."""
    with unit_of_work():
        asked = SignInJob.objects.filter(
            kind=SignInJobKind.RESET, address_index=_index(email), created_at__gt=now - RESET_WINDOW
        )
        if asked.count() < RESET_MAILS:
            _write(SignInJobKind.RESET, email, {}, now=now)


def note_failure(email: str, *, now: datetime) -> None:
    """Have a failed sign-in put on the record, if the address is of somebody the firm knows."""
    with unit_of_work():
        _write(SignInJobKind.FAILURE, email, {}, now=now)


def post(letter: Letter, *, now: datetime) -> None:
    """Have the worker mail a letter."""
    with unit_of_work():
        _write(SignInJobKind.LETTER, letter.to, asdict(letter), now=now)


def drop_letters(email: str, *, now: datetime) -> None:
    """Have letters that wait for an address not leave any more: it is its reader's no longer."""
    waiting = SignInJob.objects.filter(kind=SignInJobKind.LETTER, address_index=_index(email), done_at=None)
    waiting.update(done_at=now, content=None)


def _write(kind: SignInJobKind, email: str, content: dict[str, str], *, now: datetime) -> None:
    job = SignInJob(kind=kind, address_index=_index(email), created_at=now)
    job.content = {"email": email, **content}
    job.save(force_insert=True)
    enqueue_job(job, now=now)


def _index(email: str) -> str:
    return blind_index(email.strip().lower(), "sign-in address")


# What would be good for longer than it should.
instants.register(SignInCode, "made_at")
instants.register(SignInJob, "created_at")
