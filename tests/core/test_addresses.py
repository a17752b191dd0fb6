"""Addresses in settings: read as they stand, passwords included, and refused without being shown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from legist import addresses
from tests.support.settings import setting

PASSWORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="%"), min_size=1
)


@given(password=PASSWORDS)
def test_a_password_may_hold_any_sign(password: str) -> None:
    with setting("SOME_URL", f"postgres://legist:{password}@db.firm.example:5432/legist"):
        found = addresses.database("SOME_URL", "")
    with setting("SOME_URL", f"smtp+tls://office@firm.example:{password}@mail.firm.example:587"):
        server = addresses.mail("SOME_URL", "")

    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("legist", password, "db.firm.example")
    assert (found["NAME"], found["PORT"]) == ("legist", 5432)
    assert (server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"]) == ("office@firm.example", password)
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"]) == ("mail.firm.example", 587)


@given(password=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_a_password_may_be_percent_encoded(password: str) -> None:
    with setting("SOME_URL", f"postgres://legist:{quote(password, safe='')}@db/legist"):
        assert addresses.database("SOME_URL", "")["PASSWORD"] == password


def test_the_path_of_a_database_file_is_taken_as_it_stands() -> None:
    for path in ("var/legist.sqlite3", "/srv/a firm's 100%41 data+#?.sqlite3"):
        with setting("SOME_URL", f"sqlite:///{path}"):
            assert addresses.database("SOME_URL", "")["NAME"] == path


def test_a_server_is_reached_through_a_socket_too() -> None:
    with setting("SOME_URL", "postgresql://legist:@/legist?host=/tmp/socket"):
        found = addresses.database("SOME_URL", "")

    assert (found["NAME"], found["OPTIONS"]) == ("legist", {"host": "/tmp/socket"})  # noqa: S108  read only


def test_a_cache_may_ask_for_a_password() -> None:
    with setting("SOME_URL", "redis://:p#a/s@cache:6379/0"):
        assert addresses.cache("SOME_URL", "")["LOCATION"] == "redis://:p%23a%2Fs@cache:6379/0"


def test_no_mail_server_is_no_mailbox() -> None:
    with setting("SOME_URL", ""):
        assert addresses.mail("SOME_URL", "") == {"EMAIL_BACKEND": addresses.SMTP, "EMAIL_HOST": ""}


@pytest.mark.parametrize("value", ["office@firm.example", "The firm <office@firm.example>"])
def test_a_sender_is_one_address(value: str) -> None:
    with setting("SOME_SENDER", value):
        assert addresses.sender("SOME_SENDER", "") == value


@pytest.mark.parametrize(
    "value", ["https://a.firm.example/", "http://localhost:8000", "https://[2001:db8::1]:8443"]
)
def test_a_host_has_its_address(value: str) -> None:
    with setting("SOME_PAGE", value):
        assert addresses.page("SOME_PAGE", is_origin=True) == value.rstrip("/")


WRONG = [
    (addresses.database, "mysql://root:SECRET@db/legist"),
    (addresses.database, "postgres://legist:SECRET@db"),
    (addresses.database, "postgres://legist:SECRET@db:54x2/legist"),
    (addresses.database, "postgres://legist:SECRET@db:99999/legist"),
    (addresses.database, "postgres//legist:SECRET@db/legist"),
    (addresses.database, "sqlite://SECRET/legist"),
    (addresses.database, "sqlite:///"),
    (addresses.cache, "SECRET://cache"),
    (addresses.cache, "redis://:SECRET@[cache/0"),
    (addresses.mail, "consolemail://SECRET"),
    (addresses.mail, "smtp://user:SECRET@"),
    (addresses.mail, "smtp://user:SECRET@mail:port"),
    (addresses.mail, "mail.SECRET.example"),
    (addresses.mail, "file://"),
    (addresses.sender, "SECRET"),
    (addresses.sender, "SECRET@"),
    (addresses.sender, "SECRET@firm.example, b@firm.example"),
    (addresses.sender, "SECRET@firm.example\nBcc: b@firm.example"),
    (addresses.page, "SECRET.firm.example"),
    (addresses.page, "ftp://SECRET.firm.example"),
    (addresses.page, "https://user:SECRET@firm.example"),
    (addresses.page, "https://firm.example/?token=SECRET"),
    (addresses.page, "https://[SECRET"),
    (addresses.page, "https://[::SECRET::]"),
    (addresses.page, "https://firm.example:SECRET"),
    (addresses.page, "https://SECRET..example"),
    (addresses.page, "https:// SECRET.example"),
]


@pytest.mark.parametrize(("read", "value"), WRONG)
def test_what_is_no_address_is_named_and_not_shown(read: object, value: str) -> None:
    with setting("SOME_URL", value), pytest.raises(ImproperlyConfigured, match="SOME_URL") as caught:
        read("SOME_URL", "")  # type: ignore[operator]

    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_nothing_else_is_raised(value: str) -> None:
    for read in (addresses.database, addresses.cache, addresses.mail, addresses.sender, addresses.page):
        for prefix in ("", "postgres://", "redis://u:p", "smtp://", "https://[", "https://"):
            with setting("SOME_URL", prefix + value):
                try:
                    read("SOME_URL", "")
                except ImproperlyConfigured as error:
                    assert str(error).startswith("SOME_URL is not usable. Set it to")  # noqa: PT017  either is right
