"""From draft to version: who may, what is refused, and what another person has published meanwhile."""

from __future__ import annotations

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import Team
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import later
from tracking.mapping.content import DEFAULT
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import Edit, Merge, Own, Recolour, Rename, SetRule, apply
from tracking.mapping_editor import versions
from tracking.models import MappingDraft, MappingVersion, VersionIsFixed

pytestmark = pytest.mark.django_db
PENDING = Rename("IN_REVIEW", "Pending")
TITLE = "Case Was Sent To The Moon"


def publish(firm: Firm, *edits: Edit, who: str = "alice") -> MappingVersion:
    draft = versions.add_edits(edits, actor=firm.actor(who), now=NOW)
    return versions.publish_draft(
        revision=draft.revision, reason="As we say it.", actor=firm.actor(who), now=NOW
    )


def test_a_firm_starts_with_ours(db: None) -> None:
    assert current_mapping() is DEFAULT


def test_a_draft_changes_nothing_until_it_is_published(firm: Firm) -> None:
    view = versions.add_edits([PENDING], actor=firm.actor("alice"), now=NOW)
    assert view.result.bucket("IN_REVIEW").name == "Pending"
    assert view.updated_by == firm.alice
    assert current_mapping() is DEFAULT


def test_a_version_says_who_and_why(firm: Firm) -> None:
    version = publish(firm, PENDING)
    assert (version.number, version.reason, version.published_by) == (1, "As we say it.", firm.alice)
    assert current_mapping().bucket("IN_REVIEW").name == "Pending"
    assert not MappingDraft.objects.exists()
    entry = AuditEntry.objects.get(action="tracking.vocabulary_published")
    assert entry.data == {"version": 1, "edits": ["rename"]}


def test_it_builds_on_the_version_before(firm: Firm) -> None:
    publish(firm, PENDING)
    publish(firm, Rename("DENIED", "Refused"), who="olga")
    names = {bucket.name for bucket in current_mapping().buckets}
    assert {"Pending", "Refused"} <= names


def test_nothing_is_published_that_nobody_has_looked_at(firm: Firm) -> None:
    alice = firm.actor("alice")
    seen = versions.add_edits([PENDING], actor=alice, now=NOW)
    versions.add_edits([Merge("REJECTED", "DENIED")], actor=firm.actor("olga"), now=NOW)
    with pytest.raises(WrongState):
        versions.publish_draft(revision=seen.revision, reason="Fine.", actor=alice, now=NOW)
    assert current_mapping() is DEFAULT


def test_it_needs_a_reason_and_a_step(firm: Firm) -> None:
    alice = firm.actor("alice")
    with pytest.raises(WrongState):
        versions.publish_draft(revision=0, reason="Fine.", actor=alice, now=NOW)
    seen = versions.add_edits([PENDING], actor=alice, now=NOW)
    with pytest.raises(InvalidInput):
        versions.publish_draft(revision=seen.revision, reason="  ", actor=alice, now=NOW)


def test_a_step_without_sense_leaves_the_draft_as_it_was(firm: Firm) -> None:
    alice = firm.actor("alice")
    versions.add_edits([PENDING], actor=alice, now=NOW)
    with pytest.raises(InvalidInput):
        versions.add_edits([Rename("DENIED", "Refused"), Rename("APPROVED", "pending")], actor=alice, now=NOW)
    assert versions.view_draft(alice).edits == (PENDING,)


def test_a_stage_is_owned_by_a_team_that_exists(firm: Firm) -> None:
    alice = firm.actor("alice")
    with pytest.raises(InvalidInput):
        versions.add_edits([Own("DENIED", "no-such-team")], actor=alice, now=NOW)
    assert not Team.objects.exists()


def test_a_step_can_be_taken_out_unless_a_later_one_needs_it(firm: Firm) -> None:
    alice = firm.actor("alice")
    steps: list[Edit] = [SetRule(TITLE, "DENIED"), Rename("DENIED", "Refused"), Rename("REJECTED", "Denied")]
    seen = versions.add_edits(steps, actor=alice, now=NOW).revision
    for position, revision in ((1, seen), (7, seen), (0, seen - 1)):
        with pytest.raises(WrongState):
            versions.undo_edit(position, revision=revision, actor=alice, now=NOW)
    assert versions.undo_edit(0, revision=seen, actor=alice, now=NOW).edits == tuple(steps[1:])


def test_a_draft_that_does_not_fit_any_more_can_be_taken_apart(firm: Firm) -> None:
    alice = firm.actor("alice")
    draft = versions.add_edits(
        [Rename("REJECTED", "Sent back"), Recolour("REJECTED", "good"), PENDING], actor=alice, now=NOW
    )
    versions.publish([Merge("REJECTED", "DENIED")], reason="One.", actor=firm.actor("olga"), now=NOW)
    half = versions.undo_edit(1, revision=draft.revision, actor=alice, now=NOW)
    assert half.conflict
    whole = versions.undo_edit(0, revision=half.revision, actor=alice, now=NOW)
    assert (whole.edits, whole.conflict) == ((PENDING,), "")


def test_a_draft_goes_on_top_of_what_was_published_meanwhile(firm: Firm) -> None:
    alice = firm.actor("alice")
    draft = versions.add_edits([PENDING], actor=alice, now=NOW)
    versions.publish([SetRule(TITLE, "DENIED")], reason="Seen.", actor=firm.actor("olga"), now=NOW)
    versions.publish_draft(revision=draft.revision, reason="Ours.", actor=alice, now=later())
    after = current_mapping()
    assert (after.number, after.bucket("IN_REVIEW").name) == (2, "Pending")
    assert after.rule_for(TITLE) is not None


def test_a_step_that_makes_no_sense_any_more_is_named(firm: Firm) -> None:
    alice = firm.actor("alice")
    draft = versions.add_edits([Rename("REJECTED", "Sent back")], actor=alice, now=NOW)
    versions.publish([Merge("REJECTED", "DENIED")], reason="One.", actor=firm.actor("olga"), now=NOW)
    assert "does not exist" in versions.view_draft(alice).conflict
    with pytest.raises(InvalidInput):
        versions.publish_draft(revision=draft.revision, reason="Ours.", actor=alice, now=NOW)


def test_going_back_is_a_version_of_its_own(firm: Firm) -> None:
    publish(firm, PENDING)
    back = versions.roll_back(0, reason="Nobody understood it.", actor=firm.actor("mary"), now=later())
    assert (back.number, current_mapping().bucket("IN_REVIEW").name) == (2, "In Review")
    versions.roll_back(1, reason="They do.", actor=firm.actor("mary"), now=later())
    assert current_mapping().bucket("IN_REVIEW").name == "Pending"
    with pytest.raises(WrongState):
        versions.roll_back(3, reason="Again.", actor=firm.actor("mary"), now=later())
    with pytest.raises(WrongState):
        versions.roll_back(99, reason="Ahead.", actor=firm.actor("mary"), now=later())


def test_a_published_version_is_never_altered(firm: Firm) -> None:
    version = publish(firm, PENDING)
    for alter in (version.save, version.delete, MappingVersion.objects.all().delete):
        with pytest.raises(VersionIsFixed):
            alter()
    with pytest.raises(VersionIsFixed):
        MappingVersion.objects.update(number=7)


def test_discarding_throws_the_draft_away(firm: Firm) -> None:
    alice = firm.actor("alice")
    seen = versions.add_edits([PENDING], actor=alice, now=NOW).revision
    versions.discard_draft(revision=seen, actor=alice, now=NOW)
    assert versions.view_draft(alice).edits == ()
    with pytest.raises(WrongState):
        versions.discard_draft(revision=seen, actor=alice, now=NOW)


def test_a_step_that_nobody_was_told_of_is_not_thrown_away(firm: Firm) -> None:
    alice, olga = firm.actor("alice"), firm.actor("olga")
    seen = versions.add_edits([PENDING], actor=alice, now=NOW).revision
    versions.add_edits([Merge("REJECTED", "DENIED")], actor=olga, now=NOW)

    with pytest.raises(WrongState, match="has changed"):
        versions.discard_draft(revision=seen, actor=alice, now=NOW)
    assert len(versions.view_draft(alice).edits) == 2


@pytest.mark.parametrize(("who", "error"), [("paul", Forbidden), ("dana", NotFound)])
def test_others_neither_see_nor_change_it(*, who: str, error: type[Exception], firm: Firm) -> None:
    actor = firm.actor(who)
    acts = (
        lambda: versions.view_draft(actor),
        lambda: versions.add_edits([PENDING], actor=actor, now=NOW),
        lambda: versions.undo_edit(0, revision=1, actor=actor, now=NOW),
        lambda: versions.discard_draft(revision=1, actor=actor, now=NOW),
        lambda: versions.publish_draft(revision=1, reason="x", actor=actor, now=NOW),
        lambda: versions.roll_back(0, reason="x", actor=actor, now=NOW),
    )
    for act in acts:
        with pytest.raises(error):
            act()
    assert not MappingDraft.objects.exists()


def test_a_draft_that_was_seen_is_never_taken_for_the_next_one(firm: Firm) -> None:
    alice, olga = firm.actor("alice"), firm.actor("olga")
    seen = versions.add_edits([PENDING], actor=alice, now=NOW)
    versions.discard_draft(revision=seen.revision, actor=olga, now=NOW)
    versions.add_edits([Merge("REJECTED", "DENIED")], actor=olga, now=NOW)
    with pytest.raises(WrongState, match="has changed"):
        versions.publish_draft(revision=seen.revision, reason="Fine.", actor=alice, now=NOW)


def test_going_back_twice_is_done_once(firm: Firm) -> None:
    publish(firm, PENDING)
    versions.roll_back(0, reason="Ours.", actor=firm.actor("alice"), now=NOW)
    with pytest.raises(WrongState, match="in force already"):
        versions.roll_back(0, reason="Ours.", actor=firm.actor("alice"), now=NOW)
    assert current_mapping().number == 2


def test_steps_that_change_nothing_make_no_version(firm: Firm) -> None:
    alice = firm.actor("alice")
    name = DEFAULT.bucket("IN_REVIEW").name
    draft = versions.add_edits([PENDING, Rename("IN_REVIEW", name, "En revisión")], actor=alice, now=NOW)

    with pytest.raises(WrongState, match="in force already"):
        versions.publish_draft(revision=draft.revision, reason="Fine.", actor=alice, now=NOW)

    assert not MappingVersion.objects.exists()
    assert versions.view_draft(alice).edits == draft.edits


def test_a_version_that_cannot_be_read_leaves_ours_in_force(
    firm: Firm, caplog: pytest.LogCaptureFixture
) -> None:
    publish(firm, PENDING)
    spoiled = MappingVersion(
        number=2, content={"buckets": [{"key": "X"}], "rules": []}, published_at=NOW, reason="By hand."
    )
    spoiled.save()

    mapping = current_mapping()

    assert (mapping.buckets, mapping.number) == (DEFAULT.buckets, 2)
    assert "vocabulary_invalid" in caplog.text
    versions.roll_back(1, reason="Ours again.", actor=firm.actor("alice"), now=NOW)
    assert current_mapping().bucket("IN_REVIEW").name == "Pending"


def test_a_firm_that_went_back_follows_ours(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(firm, PENDING)
    versions.roll_back(0, reason="Ours.", actor=firm.actor("alice"), now=NOW)
    newer = apply(Rename("DENIED", "Refused"), to=DEFAULT)
    monkeypatch.setattr("tracking.mapping.current.DEFAULT", newer)

    assert current_mapping().bucket("DENIED").name == "Refused"
