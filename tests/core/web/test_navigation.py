"""The places of the staff shell."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from legist.core.actors import Actor
from legist.core.web import navigation
from legist.core.web.navigation import NavigationItem, Registry

PAUL = Actor.command("paul")


@pytest.fixture(autouse=True)
def _fresh_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "registry", Registry(items={}))


def register(key: str, url_name: str = "gallery", **more: object) -> None:
    given = {"key": key, "label": key, "url_name": url_name, "icon": "inbox"} | more
    navigation.register(NavigationItem(**given))  # type: ignore[arg-type]  # a test's shorthand


def keys(path: str = "") -> list[str]:
    return [place.item.key for place in navigation.places(PAUL, path=path)]


def test_it_shows_nothing_that_needs_a_capability_before_there_is_a_policy() -> None:
    register("inbox", capability="view")
    register("help")

    assert keys() == ["help"]


def test_it_shows_what_the_policy_allows() -> None:
    register("inbox", capability="view")
    register("health", capability="operate")
    navigation.use_policy(lambda actor, capability: actor == PAUL and capability == "view")

    assert keys() == ["inbox"]


def test_it_orders_daily_places_before_the_rest() -> None:
    register("settings", section=navigation.OFFICE, order=1)
    register("matters", order=20)
    register("inbox", order=10)

    assert keys() == ["inbox", "matters", "settings"]


def test_it_leaves_out_a_place_whose_page_is_not_there() -> None:
    register("inbox", url_name="nowhere:at_all")

    assert keys() == []


def test_it_counts_what_waits() -> None:
    register("inbox", count=lambda _actor: 12)
    register("matters")

    assert [place.count for place in navigation.places(PAUL)] == [12, None]


@pytest.mark.parametrize("path", ["/gallery/", "/gallery/list/"])
def test_it_marks_the_place_a_page_belongs_to(path: str) -> None:
    register("inbox", url_name="shell_rail")
    register("gallery")

    assert [place.item.key for place in navigation.places(PAUL, path=path) if place.is_current] == ["gallery"]


def test_it_replaces_a_place_with_the_same_key() -> None:
    register("inbox")
    register("inbox", label="Changes")

    assert [place.item.label for place in navigation.places(PAUL)] == ["Changes"]


def test_it_knows_the_page_behind_a_fragment(rf: RequestFactory) -> None:
    request = rf.get("/shell/rail/", headers={"HX-Current-URL": "https://legist.example/matters/?state=open"})

    assert navigation.page_path(request) == "/matters/"
    assert navigation.page_path(rf.get("/receipts/")) == "/receipts/"


def test_it_has_no_signal_and_no_search_until_somebody_brings_them() -> None:
    assert (navigation.signal(PAUL), navigation.search_url()) == (None, "")

    navigation.use_signal(lambda _actor: navigation.Signal(label="Healthy", tone="good"))
    navigation.use_search("gallery")

    assert navigation.signal(PAUL) == navigation.Signal(label="Healthy", tone="good")
    assert navigation.search_url() == "/gallery/"
