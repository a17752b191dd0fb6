"""Error pages say what happened and what to do next, with or without a request."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from legist.core.errors import Overtaken, WrongState
from legist.core.models import Heartbeat
from legist.core.web.middleware import ErrorPageMiddleware, error_response


@pytest.mark.parametrize(
    "name", ["400", "403", "404", "409", "422", "429", "500", "csrf", "error", "maintenance"]
)
def test_a_page_stands_without_any_context(name: str) -> None:
    page = render_to_string(f"errors/{name}.html")

    assert "<h1>" in page
    assert "Legist" in page


def test_a_fragment_carries_the_message_and_each_remedy() -> None:
    fragment = render_to_string(
        "errors/fragment.html", {"message": "No.", "errors": {"due": ["Choose a day."]}}
    )

    assert "data-error-message" in fragment
    assert "No. Choose a day." in " ".join(fragment.split())


def test_who_comes_second_at_one_thing_is_told(rf: RequestFactory, db: None) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        for _each in range(2):
            Heartbeat(name="x", at="2026-03-02T12:00:00Z").save(force_insert=True)

    answer = ErrorPageMiddleware(lambda _request: HttpResponse()).process_exception(
        rf.post("/", headers={"HX-Request": "true"}), caught.value
    )

    assert answer is not None
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("error", "heading"),
    [(WrongState("No."), "This cannot be done now"), (Overtaken("No."), "Somebody was faster")],
)
def test_only_where_somebody_was_faster_is_it_said(
    rf: RequestFactory, error: WrongState, heading: str
) -> None:
    page = " ".join(error_response(rf.post("/"), error).content.decode().split())

    assert f"<h1> {heading} </h1>" in page
    assert "<p>No.</p>" in page


def test_a_stranger_meets_a_page_that_helps(client: Client, db: None) -> None:
    response = client.get("/nothing/here/")

    assert response.status_code == 404
    assert b"There is nothing here" in response.content
