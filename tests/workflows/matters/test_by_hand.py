"""What people write on a matter by hand: notes for the staff alone, and tasks that they set each other."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import User
from legist.practice.permissions import grant_matter
from legist.practice.roles import Role
from legist.practice.selectors import list_staff
from legist.practice.services import close_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import make_news, run
from tests.workflows.web.asking import Browser, address, text
from workflows.checklists.services import complete_item
from workflows.matters.by_hand import (
    NewNote,
    change_note,
    delete_note,
    named_in,
    pin_note,
    read_note,
    write_note,
)
from workflows.matters.tasks_by_hand import ChangedTask, NewTask, add_task, change_task, read_task
from workflows.models import ChecklistItem, Note, Notification, WorkChoice
from workflows.recipients import may_see, readers
from workflows.states import NotificationKind

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def note_of(
    firm: Firm, who: str = "paul", words: str = "Her sister called.", *, key: UUID | None = None
) -> Note:
    given = NewNote(key or uuid4(), words)
    write_note(firm.danas_matter.pk, given, actor=firm.actor(who), now=NOW)
    return Note.objects.get(pk=given.key)


def task_of(firm: Firm, owner: User, who: str = "paul", words: str = "Call her sister.") -> ChecklistItem:
    given = NewTask(uuid4(), words, str(owner.pk))
    return add_task(firm.danas_matter.pk, given, actor=firm.actor(who), now=NOW)


def told(kind: NotificationKind) -> set[User]:
    return {notice.user for notice in Notification.objects.filter(kind=kind).select_related("user")}


def test_a_note_is_encrypted_and_no_word_of_it_is_on_the_record(firm: Firm) -> None:
    note = note_of(firm)
    change_note(note.pk, "Her brother called.", seen="0", actor=firm.actor("paul"), now=LATER)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text, earlier FROM workflows_note")
        stored = str(cursor.fetchall())
    acts = AuditEntry.objects.filter(action__startswith="workflows.note").order_by("sequence")
    assert "called" not in stored
    assert [(act.action, act.data, act.scope) for act in acts] == [
        ("workflows.note_written", {"told": 0}, firm.danas_matter.pk),
        ("workflows.note_changed", {"told": 0}, firm.danas_matter.pk),
    ]


def test_one_form_writes_one_note_and_sets_one_task(firm: Firm) -> None:
    key, task = uuid4(), NewTask(uuid4(), "Call.", str(firm.alice.pk))
    for _ in range(2):
        note_of(firm, key=key)
        add_task(firm.danas_matter.pk, task, actor=firm.actor("paul"), now=NOW)

    assert (Note.objects.count(), ChecklistItem.objects.count()) == (1, 1)
    with pytest.raises(InvalidInput, match="saved already"):
        note_of(firm, words="Something else.", key=key)
    with pytest.raises(InvalidInput, match="saved already"):
        add_task(
            firm.danas_matter.pk, NewTask(task.key, "Other.", task.owner), actor=firm.actor("paul"), now=NOW
        )


@pytest.mark.parametrize(
    ("who", "error"),
    [("alice", None), ("paul", None), ("mary", None), ("charlie", NotFound), ("olga", NotFound)],
)
def test_who_may_write_one(firm: Firm, who: str, error: type[Exception] | None) -> None:
    if error is None:
        assert note_of(firm, who).author == getattr(firm, who)
        return
    with pytest.raises(error):
        note_of(firm, who)
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("who", "may"), [("paul", True), ("alice", True), ("mary", True), ("ned", False), ("charlie", None)]
)
def test_author_and_manager_change_and_delete_it(firm: Firm, who: str, *, may: bool | None) -> None:
    ned = make_user("Ned", Role.PARALEGAL)
    grant_matter(firm.danas_matter, ned)
    actor = firm.actor(who) if who != "ned" else Actor.for_user(ned)
    note = note_of(firm)
    if not may:
        error = NotFound if may is None else Forbidden
        with pytest.raises(error):
            change_note(note.pk, "No.", seen="0", actor=actor, now=LATER)
        with pytest.raises(error):
            delete_note(note.pk, actor=actor, now=LATER)
        assert Note.objects.get().text == "Her sister called."
        return

    change_note(note.pk, "Her brother called.", seen="0", actor=actor, now=LATER)
    changed, earlier = read_note(actor, note.pk)
    delete_note(note.pk, actor=actor, now=LATER)

    assert (changed.text, changed.changed_by) == ("Her brother called.", actor.user)
    assert [(each.text, each.by, each.at) for each in earlier] == [("Her sister called.", firm.paul, NOW)]
    assert not Note.objects.exists()
    last = AuditEntry.objects.latest("sequence")
    assert (last.action, last.data, last.actor_id) == (
        "workflows.note_deleted",
        {"author": str(firm.paul.pk)},
        actor.id,
    )


def test_nobody_replaces_words_they_have_not_read(firm: Firm) -> None:
    note = note_of(firm)
    change_note(note.pk, "One.", seen="0", actor=firm.actor("paul"), now=LATER)

    with pytest.raises(InvalidInput, match="meanwhile"):
        change_note(note.pk, "Two.", seen="0", actor=firm.actor("alice"), now=LATER)

    assert Note.objects.get().text == "One."


def test_pinned_ones_come_first(firm: Firm) -> None:
    old, new = note_of(firm), note_of(firm, words="New.")
    pin_note(old.pk, is_pinned=True, actor=firm.actor("alice"), now=NOW)
    pin_note(old.pk, is_pinned=True, actor=firm.actor("alice"), now=NOW)

    assert list(Note.objects.all()) == [old, new]
    assert AuditEntry.objects.filter(action="workflows.note_pinned").count() == 1


@pytest.mark.parametrize("words", ["", "  \n", "x" * 5_001])
def test_a_note_of_no_words_or_too_many_is_refused(firm: Firm, words: str) -> None:
    with pytest.raises(InvalidInput):
        note_of(firm, words=words)


@pytest.mark.parametrize(
    "words",
    ["@Alice look", "Ask @alice's view.", "(@ALICE)", "@Alíce.", "@Alice, @alice and paul@mail.example"],
)
def test_whoever_is_named_is_told_once(firm: Firm, words: str) -> None:
    note = note_of(firm, words=words)
    change_note(note.pk, f"{words} again", seen="0", actor=firm.actor("paul"), now=LATER)

    assert told(NotificationKind.MENTION) == {firm.alice}
    assert Notification.objects.filter(kind=NotificationKind.MENTION).count() == 1


def test_nobody_is_told_of_their_own_note_or_of_one_that_is_gone(firm: Firm) -> None:
    note_of(firm, words="@Paul remember")
    delete_note(note_of(firm, words="@Alice look").pk, actor=firm.actor("paul"), now=LATER)

    assert not told(NotificationKind.MENTION)


@pytest.mark.parametrize("who", ["charlie", "olga"])
def test_whoever_cannot_see_the_matter_cannot_be_named(firm: Firm, who: str) -> None:
    with pytest.raises(InvalidInput, match="cannot see this matter"):
        note_of(firm, words=f"@{getattr(firm, who).name} look")

    assert not Note.objects.exists()
    assert not told(NotificationKind.MENTION)


def test_whoever_a_wall_shuts_out_cannot_be_named_or_given_a_task(firm: Firm) -> None:
    task = task_of(firm, firm.mary)
    wall_off(firm.danas_matter.client, firm.mary, reason="x", actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput, match="cannot see"):
        note_of(firm, words="@Mary look")
    with pytest.raises(InvalidInput, match="can see this matter"):
        task_of(firm, firm.mary)
    task.refresh_from_db()
    assert task.owner is None


def test_two_of_one_name_are_told_apart_by_the_whole(firm: Firm) -> None:
    ana, other = make_user("Ana Lopez", Role.PARALEGAL), make_user("Ana López Ruiz", Role.PARALEGAL)
    for person in (ana, other):
        grant_matter(firm.danas_matter, person)

    with pytest.raises(InvalidInput, match="Several people"):
        named_in("@Ana please", firm.danas_matter)
    assert named_in("@Ana López Ruiz please", firm.danas_matter).told == [other]


def test_what_names_nobody_is_said(firm: Firm) -> None:
    named = named_in("@uscis answered at 5 @ noon; see a@b.example", firm.danas_matter)

    assert (named.told, named.unknown) == ([], ["uscis"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(alphabet=st.sampled_from("@ aAlicePul.'\n-é1"), max_size=40))
def test_no_text_is_too_strange_to_look_for_names(firm: Firm, words: str) -> None:
    named = named_in(words, firm.danas_matter)

    assert {person.pk for person in named.told} <= {firm.alice.pk, firm.paul.pk}


def test_readers_are_just_those_who_may_see_it(firm: Firm) -> None:
    shared = make_user("Sam", Role.PARALEGAL)
    grant_matter(firm.danas_matter, shared)
    for matter in (firm.danas_matter, firm.eves_matter):
        assert set(readers(matter)) == set(may_see(matter, list_staff()))


def test_a_task_stands_among_the_work_and_its_owner_is_told(firm: Firm, browser_of: Browser) -> None:
    due = NOW.date() + timedelta(days=3)
    given = NewTask(uuid4(), "Call her sister.", str(firm.alice.pk), due)
    task = add_task(firm.danas_matter.pk, given, actor=firm.actor("paul"), now=NOW)
    task_of(firm, firm.paul)

    page = text(browser_of("alice").get(address("matter", firm.danas_matter.pk) + "?section=work"))
    notices = text(browser_of("alice").get(address("notices")))
    done = browser_of("alice").post(address("item", task.pk) + "?done=1")
    task.refresh_from_db()
    assert told(NotificationKind.TASK) == {firm.alice}
    assert "Call her sister." in page
    assert "You were given a task in this matter, due" in notices
    assert (done.status_code, task.done_by, task.whose) == (302, firm.alice, "attorney")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, text, key FROM workflows_checklistitem")
        assert "sister" not in str(cursor.fetchall())


def test_a_task_that_cannot_be_is_refused(firm: Firm) -> None:
    owner, actor = str(firm.alice.pk), firm.actor("paul")
    for wrong in (
        NewTask(uuid4(), " ", owner),
        NewTask(uuid4(), "x" * 301, owner),
        NewTask(uuid4(), "Call.", owner, NOW.date() - timedelta(days=2)),
        NewTask(uuid4(), "Call.", str(firm.dana.pk)),
        NewTask(uuid4(), "Call.", "nobody"),
    ):
        with pytest.raises(InvalidInput):
            add_task(firm.danas_matter.pk, wrong, actor=actor, now=NOW)
    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)
    with pytest.raises(WrongState):
        task_of(firm, firm.alice)
    assert not ChecklistItem.objects.exists()


def test_it_is_done_in_the_browser_and_no_client_sees_it(firm: Firm, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), address("matter", firm.danas_matter.pk)
    form = paul.get(url).context["note_form"]

    saved = paul.post(
        address("matter_note", firm.danas_matter.pk),
        {
            "key": str(form["key"].value()),
            "text": "Her <b>sister</b> called. @Alice @nobody",
            "is_pinned": "on",
        },
    )
    page = text(paul.get(url + "?section=notes"))
    note = Note.objects.get()
    edit = paul.get(address("note", note.pk))
    wrong = paul.post(address("note", note.pk), {"text": "Mine.", "seen": "7"})
    right = paul.post(
        address("note", note.pk), {"text": "Mine.", "seen": wrong.context["form"]["seen"].value()}
    )

    assert (saved.status_code, edit.status_code, wrong.status_code, right.status_code) == (302, 200, 422, 302)
    assert "Told of it: Alice" in page
    assert "Nobody here is called nobody" in page
    assert "Her &lt;b&gt;sister&lt;/b&gt; called." in page
    assert "You are named in a note" in text(browser_of("alice").get(address("notices")))
    assert paul.post(address("note_pin", note.pk) + "?pinned=0").status_code == 302
    assert paul.post(address("note_delete", note.pk)).status_code == 302
    note_of(firm, words="Her sister called.")
    task_of(firm, firm.alice)
    assert "sister" not in browser_of("dana").get("/portal/").content.decode()


def changed(item: ChecklistItem, firm: Firm, who: str = "paul", **given: object) -> bool:
    now = ChecklistItem.objects.get(pk=item.pk)
    values = {"owner": str(now.owner_id or ""), "seen": now.version, "text": now.words, "due": now.due_date}
    return change_task(item.pk, ChangedTask(**{**values, **given}), actor=firm.actor(who), now=LATER)


def test_a_task_gets_other_words_another_owner_and_day_and_both_owners_are_told(firm: Firm) -> None:
    item, due = task_of(firm, firm.paul), NOW.date() + timedelta(days=3)
    WorkChoice.objects.create(
        user=firm.paul, kind="item", subject_id=item.pk, given_to=firm.mary, created_at=NOW
    )
    given = {"owner": str(firm.alice.pk), "text": "Call her brother.", "due": due}

    assert changed(item, firm, "alice", **given)
    assert not changed(item, firm, "alice", **given)

    item.refresh_from_db()
    (earlier,) = read_task(firm.actor("paul"), item.pk).earlier
    assert (item.words, item.owner, item.due_date) == ("Call her brother.", firm.alice, due)
    assert (earlier.text, earlier.owner, earlier.due) == ("Call her sister.", firm.paul, None)
    assert (earlier.by, earlier.at) == (firm.alice, LATER)
    assert told(NotificationKind.TASK) == {firm.paul, firm.mary}
    assert not WorkChoice.objects.exists()
    assert changed(item, firm, owner=str(firm.mary.pk))
    gone = Notification.objects.filter(kind=NotificationKind.TASK, data__given=False)
    assert {notice.user for notice in gone} == {firm.paul, firm.mary, firm.alice}
    assert AuditEntry.objects.filter(action="workflows.task_changed", scope=firm.danas_matter.pk).count() == 2


def test_a_task_is_not_changed_unread_done_or_by_a_reader(firm: Firm) -> None:
    item = task_of(firm, firm.paul)
    for wrong in (
        {"seen": "x", "text": "No."},
        {"owner": str(firm.charlie.pk)},
        {"due": NOW.date() - timedelta(1)},
    ):
        with pytest.raises(InvalidInput):
            changed(item, firm, **wrong)
    with pytest.raises(Forbidden):
        changed(item, firm, "mary", text="No.")
    with pytest.raises(NotFound):
        changed(item, firm, "charlie", text="No.")
    complete_item(item.pk, actor=firm.actor("paul"), now=NOW)
    with pytest.raises(WrongState):
        changed(item, firm, text="No.")

    item.refresh_from_db()
    assert (item.words, item.earlier) == ("Call her sister.", None)


def test_a_step_of_a_playbook_changes_hands_only(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    item = ChecklistItem.objects.filter(anchor_days__isnull=False, words=None).earliest("position")
    paul = browser_of("paul")

    page = text(paul.get(address("task", item.pk)))
    seen = {"seen": item.version, "text": "Mine.", "due": "2030-01-01"}
    saved = paul.post(address("task", item.pk), {"owner": str(firm.alice.pk), **seen})
    stale = paul.post(address("task", item.pk), {"owner": str(firm.paul.pk), **seen})

    now = ChecklistItem.objects.get(pk=item.pk)
    assert "follows the deadline" in page
    assert (saved.status_code, stale.status_code) == (302, 422)
    assert (now.owner, now.label, now.due_date) == (firm.alice, item.label, item.due_date)
