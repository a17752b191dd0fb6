"""Every list is one mechanism: filters refused or obeyed, order, columns, views, acts on many rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client as Visitor
from django.urls import reverse

from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry
from legist.practice.models import SavedView
from legist.practice.people.teams import Entered as NewTeam
from legist.practice.people.teams import make_team
from legist.practice.permissions import can
from legist.practice.states import ViewScope
from legist.practice.web import looks
from legist.practice.web.lists import REGISTERED
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, make_receipts
from tracking.models import Receipt
from tracking.states import ReceiptState, Tier

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Visitor]
RECEIPTS = "/receipts/"


def shown(visitor: Visitor, query: str = "", path: str = RECEIPTS) -> list[Any]:
    return list(visitor.get(f"{path}?{query}").context["page"].items)


def save(visitor: Visitor, query: str, **given: str) -> SavedView:
    before = set(SavedView.objects.values_list("pk", flat=True))
    response = visitor.post(
        "/lists/views/", {"list": "receipts", "query": query, "name": "Mine to do"} | given
    )
    assert response.status_code == 302, response.content
    return SavedView.objects.exclude(pk__in=before).get()


@pytest.mark.parametrize("query", ["odd=1", "odd=", "sort=odd", "sort=-", "state=odd"])
def test_what_a_list_does_not_know_is_refused_by_every_list(firm: Firm, query: str) -> None:
    actor, given = firm.actor("mary"), QueryDict(query)

    assert REGISTERED
    for listing in REGISTERED.values():
        with pytest.raises(InvalidInput, match="not known"):
            looks.look(listing, given, actor=actor, now=NOW)


def test_every_order_that_a_list_offers_is_one(firm: Firm) -> None:
    actor = firm.actor("alice")
    found = [each for each in REGISTERED.values() if can(actor, each.capability)]

    for listing in found:
        for column in (each.key for each in listing.open_columns(actor) if each.sort):
            look = looks.look(listing, QueryDict(f"sort=-{column}"), actor=actor, now=NOW)
            if isinstance(listing.find(actor, {}, NOW), QuerySet):
                look.page(None)


@pytest.mark.parametrize(
    ("path", "key", "query", "columns"),
    [
        ("/approvals/", "approvals", "view=drafts&purpose=rfe_received&sort=-asked", ["client", "language"]),
        (
            "/deadlines/",
            "deadlines",
            "whose=all&status=confirmed&kind=rfe&sort=sure",
            ["deadline", "form", "act"],
        ),
        (
            "/",
            "inbox",
            "view=tell&scope=all&code=APPROVED&sort=learned",
            ["client", "change", "receipt", "day"],
        ),
        ("/my-work/", "my-work", "kind=date&band=now&sort=-due", ["what", "due"]),
        ("/paper/", "mail", "tab=logged&mine=1&kind=rfe&sort=dated", ["notice", "form", "dated"]),
    ],
)
def test_pages_with_a_form_of_their_own_keep_views_and_columns_too(
    firm: Firm, browser_of: Browser, path: str, key: str, query: str, columns: list[str]
) -> None:
    paul = browser_of("paul")

    back = paul.post(f"/lists/{key}/shown/", {"query": query, "columns": columns})
    view = save(paul, query, list=key, with_columns="1")

    assert QueryDict(back["Location"].partition("?")[2]) == QueryDict(query)
    page = paul.get(f"{path}?saved={view.pk}")
    assert [each.key for each in page.context["look"].columns] == columns
    assert [tab["label"] for tab in page.context["look"].tabs if tab["current"]] == ["Mine to do"]
    assert page.context["look"].sort == QueryDict(query)["sort"]


def test_the_page_says_so_and_shows_nothing_instead(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    paul = browser_of("paul")

    for query in (
        "tier=odd",
        "stages=x",
        "form=Dana+Example%3F",
        "form=a%00b",
        "tier=low&tier=standard",
        "sort=client",
    ):
        response = paul.get(f"{RECEIPTS}?{query}")
        assert response.status_code == 422, query
        assert "not known (any more)" in response.content.decode()
        assert receipt.masked not in response.content.decode()


def test_a_column_sorts_and_pages_go_on_in_its_order(firm: Firm, browser_of: Browser) -> None:
    receipts = make_receipts(60, matter=firm.danas_matter)
    for number, receipt in enumerate(receipts):
        form = f"I-{(number * 7) % 60:03}"
        Receipt.objects.filter(pk=receipt.pk).update(
            form_type=form, matter=[None, firm.danas_matter][number % 2]
        )
    paul = browser_of("paul")

    for order in ("form", "-form", "matter", "-matter", "fresh"):
        first = paul.get(f"{RECEIPTS}?sort={order}").context["page"]
        rows = first.items + shown(paul, f"sort={order}&cursor={first.next_cursor}")
        assert len({row.pk for row in rows}) == 60
        if "form" in order:
            assert [row.form_type for row in rows] == sorted(
                (row.form_type for row in rows), reverse=order.startswith("-")
            )


def test_columns_and_narrow_rows_are_kept_for_the_person_alone(firm: Firm, browser_of: Browser) -> None:
    make_receipt(matter=firm.danas_matter, form_type="I-765")
    paul = browser_of("paul")

    response = paul.post(
        "/lists/receipts/shown/",
        {"query": "tier=standard&sort=form", "columns": ["form", "next", "odd"], "density": "compact"},
    )

    assert response["Location"] == "/receipts/?tier=standard&sort=form"
    page = paul.get(RECEIPTS)
    assert [each.key for each in page.context["look"].columns] == ["receipt", "form", "next"]
    assert 'data-density="compact"' in page.content.decode()
    assert [each.key for each in browser_of("alice").get(RECEIPTS).context["look"].columns][1] == "client"
    file: Any = paul.get(f"{RECEIPTS}?format=csv&sort=form")
    table = csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig")))
    assert next(table) == ["Receipt", "Form", "Form", "Next check"]


def test_no_column_that_is_closed_to_a_role_is_shown_kept_or_exported(
    firm: Firm, browser_of: Browser
) -> None:
    make_receipt(matter=firm.danas_matter)
    olga = browser_of("olga")
    olga.post("/lists/receipts/shown/", {"columns": ["client"]})

    page = olga.get(RECEIPTS)

    assert "client" not in [each.key for each in page.context["look"].columns]
    assert "Dana Example" not in page.content.decode()
    assert firm.danas_matter.reference in page.content.decode()


def test_a_view_stands_at_the_head_counted_and_shows_each_what_is_open_to_them(
    firm: Firm, browser_of: Browser
) -> None:
    make_receipt("IOE0911111111", matter=firm.danas_matter, tier=Tier.LOW)
    make_receipt(matter=firm.danas_matter)
    view = save(browser_of("alice"), "tier=low", share="firm", name="Slow ones")

    alices = browser_of("alice").get(f"{RECEIPTS}?saved={view.pk}")
    charlies = browser_of("charlie").get(f"{RECEIPTS}?saved={view.pk}")

    (tab,) = [tab for tab in alices.context["tabs"] if tab["current"]]
    assert (tab["label"], tab["count"]) == ("Slow ones", "1")
    assert len(alices.context["page"].items) == 1
    assert charlies.context["page"].items == []
    assert "Slow ones" in charlies.content.decode()
    assert view.name not in str(SavedView.objects.values("name", "filters").get())
    entry = AuditEntry.objects.get(action="practice.view_saved")
    assert entry.data == {"list": "receipts", "view": str(view.pk), "scope": "firm"}


def test_a_view_keeps_filters_and_columns_apart(firm: Firm, browser_of: Browser) -> None:
    paul = browser_of("paul")
    paul.post("/lists/receipts/shown/", {"columns": ["form"]})
    filters_only = save(paul, "tier=low&sort=form", name="One")
    with_columns = save(paul, "tier=low&sort=form", name="Two", with_columns="1")
    paul.post("/lists/receipts/shown/", {"columns": ["next"]})

    one = paul.get(f"{RECEIPTS}?saved={filters_only.pk}").context["look"]
    two = paul.get(f"{RECEIPTS}?saved={with_columns.pk}").context["look"]

    assert ([each.key for each in one.columns], one.sort) == (["receipt", "next"], "")
    assert ([each.key for each in two.columns], two.sort) == (["receipt", "form"], "form")
    assert one.given == two.given == {"tier": "low"}


def test_views_are_shared_by_permission_and_changed_by_whose_they_are(
    firm: Firm, browser_of: Browser
) -> None:
    team = make_team(NewTeam("Families", frozenset({firm.paul.pk})), actor=firm.actor("mary"), now=NOW)
    paul, alice, mary = browser_of("paul"), browser_of("alice"), browser_of("mary")
    mine = save(paul, "tier=low", name="Mine")
    ours = save(paul, "tier=low", name="Ours", share=str(team.pk))
    firms = save(alice, "tier=low", name="Firm", share="firm")

    def refused(visitor: Visitor, view: SavedView, act: str) -> int:
        return visitor.post(
            f"/lists/views/{view.pk}/", {"act": act, "name": "X", "share": "private"}
        ).status_code

    assert paul.post("/lists/views/", {"list": "receipts", "name": "N", "share": "firm"}).status_code == 403
    assert alice.get(f"{RECEIPTS}?saved={mine.pk}").status_code == 404
    assert alice.get(f"{RECEIPTS}?saved={ours.pk}").status_code == 404
    assert (
        alice.post("/lists/views/", {"list": "receipts", "name": "N", "share": str(team.pk)}).status_code
        == 422
    )
    assert (refused(alice, mine, "delete"), refused(paul, firms, "change")) == (404, 403)
    assert (refused(paul, firms, "pin"), refused(mary, firms, "change"), refused(paul, mine, "delete")) == (
        302,
        302,
        302,
    )
    assert SavedView.objects.get(pk=firms.pk).scope == ViewScope.PRIVATE
    assert [view.name for view in SavedView.objects.filter(owner=firm.paul)] == ["Ours"]


def test_saving_under_the_same_name_replaces_and_a_broken_view_says_so(
    firm: Firm, browser_of: Browser
) -> None:
    paul = browser_of("paul")
    view = save(paul, "tier=low", name="Slow")
    paul.post("/lists/views/", {"list": "receipts", "query": "tier=paused", "name": "slow"})
    assert SavedView.objects.get().filters == {"tier": "paused"}

    SavedView.objects.update(filters={"bucket": "GONE"})

    assert paul.get(f"{RECEIPTS}?saved={view.pk}").status_code == 422
    assert paul.get(RECEIPTS).status_code == 200
    assert "not known any more" in paul.get("/lists/views/").content.decode()


def test_an_act_is_previewed_done_and_adds_up(firm: Firm, browser_of: Browser) -> None:
    ours = make_receipts(3, matter=firm.danas_matter)
    Receipt.objects.filter(pk=ours[2].pk).update(state=ReceiptState.STOPPED, next_poll_at=None)
    theirs = make_receipt("IOE0999999999", matter=firm.eves_matter)
    ids, paul = [*(row.pk for row in ours), theirs.pk, uuid4()], browser_of("paul")

    page = paul.post("/lists/receipts/stop/", {"ids": ids})
    assert Receipt.objects.filter(state=ReceiptState.STOPPED).count() == 1
    preview = page.context["preview"]
    assert preview.fitting + preview.rest == 5
    fitting = preview.fitting

    assert paul.post("/lists/receipts/stop/", {"ids": ids, "sure": "1"}).status_code == 422
    done = paul.post(
        "/lists/receipts/stop/", {"ids": ids, "sure": "1", "value": "Withdrawn."}, follow=True
    ).content.decode()
    assert f"{fitting} are done." in done or f"{fitting} is done." in done
    assert Receipt.objects.filter(state=ReceiptState.STOPPED).count() == fitting + 1
    assert "skipped" in done


def test_all_of_a_list_is_what_its_filters_leave(firm: Firm, browser_of: Browser) -> None:
    low = make_receipt("IOE0911111111", matter=firm.danas_matter, tier=Tier.LOW)
    make_receipt("IOE0922222222", matter=firm.danas_matter)

    page = browser_of("paul").post("/lists/receipts/tier/", {"query": "tier=low", "all": "1"})

    assert page.context["preview"].ids == [low.pk]


@pytest.mark.parametrize(
    ("person", "status"), [("mary", 403), ("dana", 404), ("charlie", 200), ("olga", 200)]
)
def test_acts_are_offered_to_those_who_work_on_rows(
    firm: Firm, browser_of: Browser, person: str, status: int
) -> None:
    receipt = make_receipt(matter=firm.danas_matter)

    response = browser_of(person).post("/lists/receipts/check/", {"ids": [receipt.pk]})

    assert response.status_code == status
    if person == "charlie":
        assert response.context["preview"].fitting == 0


@pytest.mark.parametrize(
    "path",
    [
        *("/?view=odd", "/?odd=1", "/deadlines/?whose=nobody", "/deadlines/?view=odd"),
        *("/my-work/?odd=1", "/approvals/?view=odd", "/approvals/?odd=1"),
    ],
)
def test_pages_that_draw_their_own_rows_refuse_as_well(firm: Firm, browser_of: Browser, path: str) -> None:
    assert browser_of("mary").get(path).status_code == 422


@pytest.mark.parametrize("name", ["workflows:paper", "workflows:notices"])
def test_mail_and_alerts_refuse_what_they_do_not_know(firm: Firm, browser_of: Browser, name: str) -> None:
    mary, url = browser_of("mary"), reverse(name)

    assert mary.get(url).status_code == 200
    for query in ("view=odd", "tab=odd", "odd=1"):
        assert mary.get(f"{url}?{query}").status_code == 422
