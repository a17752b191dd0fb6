"""Whoever types an address at a door is answered alike, after the same work, whosever it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest
from allauth.account import app_settings as account_settings
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa_settings
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from legist.core.channels.errors import TransientNotifyError
from legist.core.clock import utc_now
from legist.core.models import AuditEntry, TaskTicket
from legist.core.tasks import run_due
from legist.practice.models import SignInCode, SignInJob, User
from legist.practice.sign_in.jobs import prune, reset_link, run_job
from tests.factories.practice import PASSWORD, Firm

ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET, LOGIN = "/accounts/password/reset/", "/accounts/login/"
DANA = "dana@mail.example"
PEOPLE = ("nobody@mail.example", DANA, "eve@mail.example", "paul@firm.example", "charlie@firm.example")
Capture = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> None:
    cache.clear()


def ask(browser: Browser, address: str) -> list[Any]:
    return [browser.post(ASK, {"email": address}, follow=True)]


def ask_again(browser: Browser, address: str) -> list[Any]:
    browser.post(ASK, {"email": address})
    return [browser.post(CONFIRM, {"action": "resend"}, follow=True)]


def guess_the_code(browser: Browser, address: str) -> list[Any]:
    browser.post(ASK, {"email": address})
    return [browser.post(CONFIRM, {"code": "0000-0000"}) for _ in range(3)]


def reset(browser: Browser, address: str) -> list[Any]:
    return [browser.post(RESET, {"email": address}, follow=True)]


def guess_the_password(browser: Browser, address: str) -> list[Any]:
    return [browser.post(LOGIN, {"login": address, "password": "a guess"}) for _ in range(7)]


@dataclass(frozen=True)
class Answer:
    """What a stranger can see and measure."""

    statuses: list[int]
    pages: list[str]
    headers: list[list[tuple[str, str]]]
    cookies: list[str]
    work: list[str]


def shape(sql: str) -> str:
    return re.sub(r"'[^']*'|\"(?:s\d+_x\d+|_django_curs_\w+)\"|\b\d[\d.]*\b|\b[0-9a-f]{32}\b|0x\w+", "?", sql)


def seen(door: Callable[[Browser, str], list[Any]], address: str, capture: Capture) -> Answer:
    cache.clear()
    browser = Browser()
    with (
        capture(execute=True),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        answers = door(browser, address)
    local, _, domain = address.partition("@")
    hidden = re.compile(
        rf'{local}(@|&#64;){domain}|value="[^"]*"|content="[^"]*"|nonce="[^"]*"', re.IGNORECASE
    )
    quiet = {"Content-Length", "Expires", "Set-Cookie", "Content-Security-Policy"}
    return Answer(
        statuses=[answer.status_code for answer in answers],
        pages=[hidden.sub("", answer.content.decode()) for answer in answers],
        headers=[[(k, v) for k, v in answer.items() if k not in quiet] for answer in answers],
        cookies=sorted(browser.cookies),
        work=[shape(query["sql"]) for query in asked.captured_queries],
    )


@pytest.mark.parametrize("door", [ask, ask_again, guess_the_code, reset, guess_the_password])
def test_every_address_gets_the_same_answer_after_the_same_work(
    door: Callable[[Browser, str], list[Any]],
    firm: Firm,
    settings: LazySettings,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"
    User.objects.filter(pk__in=[firm.eve.pk, firm.charlie.pk]).update(is_active=False)
    nobody, *known = (seen(door, address, django_capture_on_commit_callbacks) for address in PEOPLE)

    for answer in known:
        for part in fields(Answer):
            assert getattr(answer, part.name) == getattr(nobody, part.name)
    assert mail.outbox == []  # the web process has spoken to no mail server


def test_a_mail_server_that_is_down_changes_no_answer(firm: Firm, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "legist.core.channels.email.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    answers = [ask(Browser(), DANA)[0], reset(Browser(), "paul@firm.example")[0]]
    assert [answer.status_code for answer in answers] == [200, 200]

    job = SignInJob.objects.get(kind="code")
    with pytest.raises(TransientNotifyError):
        run_job(str(job.pk), now=utc_now())
    run_job(str(job.pk), now=utc_now() + timedelta(hours=2))
    assert (SignInJob.objects.get(pk=job.pk).content, mail.outbox) == (None, [])
    assert AuditEntry.objects.filter(action="practice.account_mail_failed").count() == 1


def test_what_waits_is_sealed_and_names_nobody(firm: Firm) -> None:
    ask(Browser(), DANA)

    with connection.cursor() as cursor:
        cursor.execute("select content, address_index from practice_signinjob")
        stored = str(cursor.fetchall())
        cursor.execute("select code from practice_signincode")
        code = str(cursor.fetchall())
    assert "dana" not in stored.lower()
    assert not re.search(r"\d{4}-\d{4}", stored + code)
    assert list(TaskTicket.objects.values_list("kwargs", flat=True)) == [
        {"job_id": str(SignInJob.objects.get().pk)}
    ]


def code_of(address: str) -> str:
    run_due(now=utc_now())
    found = [m for m in mail.outbox if m.to == [address]][-1]
    (code,) = re.findall(r"^\d{4}-\d{4}$", str(found.body), re.MULTILINE)
    return str(code)


def test_a_strangers_requests_neither_shut_her_out_nor_fill_her_mailbox(firm: Firm) -> None:
    dana = Browser()
    ask(dana, DANA)
    hers = code_of(DANA)
    for number in range(12):
        Browser(REMOTE_ADDR=f"203.0.113.{number}").post(ASK, {"email": DANA})
    run_due(now=utc_now())

    late = Browser()
    ask(late, DANA)

    assert len(mail.outbox) == 5
    assert late.post(CONFIRM, {"code": code_of(DANA)})["Location"] == "/portal/"
    assert hers == code_of(DANA)


def test_a_code_lets_in_once(firm: Firm) -> None:
    first, second = Browser(), Browser()
    ask(first, DANA)
    ask(second, DANA)
    code = code_of(DANA)

    assert first.post(CONFIRM, {"code": code})["Location"] == "/portal/"
    assert second.post(CONFIRM, {"code": code}).status_code == 200
    assert second.get("/portal/").status_code == 302


def test_guesses_over_many_sessions_come_to_an_end(firm: Firm) -> None:
    answers = []
    for _ in range(11):
        browser = Browser()
        ask(browser, DANA)
        answers += [browser.post(CONFIRM, {"code": "0000-0000"}).status_code for _ in range(3)]
        cache.delete("unrelated")

    assert answers[:3] == [200, 200, 302]
    browser = Browser()
    ask(browser, DANA)
    assert browser.post(CONFIRM, {"code": code_of(DANA)})["Location"] == ASK


def test_a_strangers_wrong_passwords_do_not_shut_paul_out(firm: Firm) -> None:
    form = {"login": "paul@firm.example", "password": PASSWORD}
    known, elsewhere = Browser(), Browser(REMOTE_ADDR="198.51.100.7")
    known.post(LOGIN, form)
    known.post("/accounts/logout/")
    cache.clear()

    stranger = Browser()
    guesses = [stranger.post(LOGIN, {**form, "password": f"guess {n}"}) for n in range(25)]

    assert b"There were too many attempts" in guesses[-1].content
    assert b"There were too many attempts" in stranger.post(LOGIN, form).content
    assert known.post(LOGIN, form)["Location"] == "/my-work/"  # the same network, but his own browser
    assert elsewhere.post(LOGIN, form)["Location"] == "/my-work/"


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Wait one minute, then try again."), ("es", "Espere un minuto")]
)
def test_who_asks_too_often_is_told_when_to_try_again(firm: Firm, language: str, says: str) -> None:
    pages = []
    for address in ("nobody@mail.example", "paul@firm.example"):
        cache.clear()
        browser = Browser(headers={"accept-language": language})
        answers = [browser.post(RESET, {"email": address}) for _ in range(21)]
        assert answers[-1].status_code == 429
        assert answers[-1]["Retry-After"] == "60"
        pages.append(re.sub(r"[A-Za-z0-9]{64}", "", answers[-1].content.decode()))

    assert says in pages[0]
    assert pages[0] == pages[1]
    assert "paul" not in pages[1]


def test_each_limit_lasts_as_long_as_its_words_say() -> None:
    said_at_the_field = {"login_failed", "login_failed_network", "request_login_code", "confirm_login_code"}
    said_at_the_form = {"send_files": 3600}
    # Nobody verifies an address or has a telephone number here.
    never_met = {"confirm_email", "verify_phone"}
    limits = account_settings.RATE_LIMITS | mfa_settings.RATE_LIMITS
    with_a_page = limits.keys() - said_at_the_field - said_at_the_form.keys() - never_met

    def seconds(names: Iterable[str]) -> set[int]:
        return {rate.duration for name in names for rate in parse_rates(limits[name])}

    assert {"login", "reset_password", "webauthn_login"} <= with_a_page
    assert seconds(with_a_page) == {60}
    assert max(seconds(said_at_the_field)) == 600
    assert all(seconds([name]) == {duration} for name, duration in said_at_the_form.items())


def test_his_own_browser_does_not_guess_for_ever_either(firm: Firm) -> None:
    known = Browser()
    known.post(LOGIN, {"login": "paul@firm.example", "password": PASSWORD})
    known.post("/accounts/logout/")

    guesses = [known.post(LOGIN, {"login": "paul@firm.example", "password": "a guess"}) for _ in range(6)]

    assert b"There were too many attempts" in guesses[-1].content


def test_the_link_for_a_new_password_works_and_comes_five_times_an_hour_at_most(firm: Firm) -> None:
    for _ in range(8):
        reset(Browser(), "Paul@Firm.example")
    run_due(now=utc_now())
    assert len(mail.outbox) == 5

    (link,) = re.findall(r"http\S+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    browser = Browser()
    form = browser.get(link, follow=True)
    browser.post(
        form.redirect_chain[-1][0], {"password1": "a new horse battery", "password2": "a new horse battery"}
    )
    firm.paul.refresh_from_db()
    assert firm.paul.check_password("a new horse battery")


def test_failed_sign_ins_of_people_we_know_are_on_the_record(firm: Firm) -> None:
    guess_the_password(Browser(), "paul@firm.example")
    guess_the_password(Browser(REMOTE_ADDR="198.51.100.7"), "nobody@mail.example")
    run_due(now=utc_now())

    entries = AuditEntry.objects.filter(action="practice.sign_in_failed")
    assert {entry.subject_id for entry in entries} == {str(firm.paul.pk)}


def test_what_nobody_can_use_any_more_is_forgotten(firm: Firm) -> None:
    ask(Browser(), DANA)

    assert prune(now=utc_now() + timedelta(days=3)) == 2
    assert not SignInCode.objects.exists() | SignInJob.objects.exists()


@rounds(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    door=st.sampled_from([ask, reset, guess_the_password]),
    dress=st.sampled_from([str, str.upper, str.title, lambda text: f"  {text} "]),
    password=st.text(min_size=1, max_size=30),
)
def test_no_door_gives_a_placeholder_a_password(
    door: Callable[[Browser, str], list[Any]], dress: Callable[[str], str], password: str, firm: Firm
) -> None:
    cache.clear()
    mail.outbox.clear()
    SignInJob.objects.all().delete()
    browser, address = Browser(), dress(firm.dana.email)
    door(browser, address)
    run_due(now=utc_now())
    firm.dana.set_password(password)
    firm.dana.save(update_fields=["password"])
    browser.post(LOGIN, {"login": address, "password": password})

    assert mail.outbox == []
    assert not firm.dana.has_usable_password()
    assert "_auth_user_id" not in browser.session
    link = reset_link(firm.dana).partition("/accounts/")[2]
    form = browser.get(f"/accounts/{link}", follow=True)
    browser.post(
        form.redirect_chain[-1][0], {"password1": "a new horse battery", "password2": "a new horse battery"}
    )
    firm.dana.refresh_from_db()
    assert not firm.dana.has_usable_password()


def test_the_database_refuses_a_client_with_a_password(firm: Firm) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=firm.dana.pk).update(password=firm.paul.password)
