"""A matter by hand: what it is called, its kind, its tags, and what stood there before."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db.models.signals import pre_save

from legist.core.errors import Forbidden, InvalidInput
from legist.core.models import AuditEntry
from legist.practice.editing import keep_tag, remove_tag
from legist.practice.models import Matter, MatterChange, Tag
from legist.practice.roles import Role
from legist.practice.search.finders import MATTERS
from legist.practice.search.services import Query, tidy
from legist.practice.services import assign_matter
from tests.factories.practice import NOW, Firm, make_user
from tests.workflows.web.asking import Browser, address, text

pytestmark = pytest.mark.django_db


def tag(firm: Firm, name: str = "Expedite") -> Tag:
    return keep_tag(name, actor=firm.actor("alice"), now=NOW)


def test_a_matter_is_renamed_and_what_stood_there_is_kept(firm: Firm, browser_of: Browser) -> None:
    paul, matter, old = browser_of("paul"), firm.danas_matter, firm.danas_matter.reference
    MATTERS.find(firm.actor("paul"), Query(tidy("X"), NOW))
    given = {
        "reference": "H1B-77",
        "title": "Work visa",
        "kind": "rfe",
        "tags": [str(tag(firm).pk)],
        "seen": 0,
    }

    saved = paul.post(address("matter_edit", matter.pk), given)
    again = paul.post(address("matter_edit", matter.pk), given)
    stale = paul.post(address("matter_edit", matter.pk), given | {"title": "Other"})

    matter.refresh_from_db()
    assert (saved.status_code, again.status_code, stale.status_code) == (302, 302, 422)
    assert (matter.reference, matter.title, matter.kind) == ("H1B-77", "Work visa", "rfe")
    (change,) = MatterChange.objects.all()
    assert change.before == {"reference": old, "title": "Case of Dana Example", "kind": "case", "tags": []}
    assert old in text(paul.get(address("matter_edit", matter.pk)))
    assert AuditEntry.objects.get(action="practice.matter_edited").data == {
        "fields": "kind,reference,tags,title"
    }
    assert "Expedite" in text(paul.get(f"/matters/{matter.pk}/"))
    hits = MATTERS.find(firm.actor("paul"), Query(tidy("H1B-77"), NOW)).exact
    assert [hit.reference for hit in hits] == ["H1B-77"]


@pytest.mark.parametrize(
    "wrong", [{"reference": "taken"}, {"title": ""}, {"kind": "x"}, {"tags": [str(uuid4())]}]
)
def test_what_cannot_be_changes_nothing(firm: Firm, browser_of: Browser, wrong: dict[str, object]) -> None:
    tag(firm)
    matter = firm.danas_matter
    Matter.objects.filter(pk=firm.eves_matter.pk).update(reference="taken")
    given = {"reference": matter.reference, "title": matter.title, "kind": "case", "seen": 0} | wrong

    assert browser_of("paul").post(address("matter_edit", matter.pk), given).status_code == 422
    assert not MatterChange.objects.exists()


def test_who_had_a_seat_before_is_kept(firm: Firm, browser_of: Browser) -> None:
    paula = make_user("Paula", Role.PARALEGAL)
    assign_matter(firm.danas_matter, paralegal=paula, actor=firm.actor("mary"), now=NOW)

    assert MatterChange.objects.get().before == {"paralegal": str(firm.paul.pk)}
    assert "Paul" in text(browser_of("mary").get(address("matter_edit", firm.danas_matter.pk)))


def test_two_who_add_one_tag_at_once_both_have_it(firm: Firm) -> None:
    rivals = [Tag(name="Expedite", key="expedite")]

    def be_faster(**_kwargs: object) -> None:
        Tag.objects.bulk_create([rivals.pop() for _each in rivals[:]])

    pre_save.connect(be_faster, sender=Tag)
    try:
        assert tag(firm).name == "Expedite"
    finally:
        pre_save.disconnect(be_faster, sender=Tag)

    assert Tag.objects.count() == 1


def test_tags_are_one_vocabulary_and_filter_the_list(firm: Firm, browser_of: Browser) -> None:
    alice, expedite = browser_of("alice"), tag(firm)
    firm.danas_matter.tags.add(expedite)
    assert tag(firm) == expedite
    with pytest.raises(InvalidInput, match="already"):
        tag(firm, "EXPEDITE")
    with pytest.raises(Forbidden):
        keep_tag("Mine", actor=firm.actor("paul"), now=NOW)

    found = alice.get(address("matters"), {"tag": str(expedite.pk)})
    other = alice.get(address("matters"), {"tag": str(tag(firm, "Pro bono").pk)})
    renamed = alice.post(address("tags"), {"tag": str(expedite.pk), "name": "Urgent"})

    assert [row.matter for row in found.context["rows"]] == [firm.danas_matter]
    assert other.context["rows"] == []
    assert renamed.status_code == 302
    assert "Urgent" in text(alice.get(address("matters")))
    assert remove_tag(expedite.pk, actor=firm.actor("alice"), now=NOW) == 1
    assert remove_tag(expedite.pk, actor=firm.actor("alice"), now=NOW) == 0
    assert list(firm.danas_matter.tags.all()) == []
