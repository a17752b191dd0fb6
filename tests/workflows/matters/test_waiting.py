"""On whom a matter waits."""

from __future__ import annotations

from datetime import date

from workflows.matters.waiting import OpenDraft, OpenItem, Party, Why, waiting_on

SOON = OpenItem(Party.CLIENT, "Send the papers", date(2026, 3, 5))
LATER = OpenItem(Party.PARALEGAL, "Check the address", date(2026, 3, 9))
SOMETIME = OpenItem(Party.ATTORNEY, "Decide what follows", None)


def test_it_waits_for_the_attorney_while_a_message_is_before_them() -> None:
    answer = waiting_on(
        drafts=[OpenDraft("in_review"), OpenDraft("returned")], items=[SOON], with_government=[None]
    )

    assert (answer.party, answer.why) == (Party.ATTORNEY, Why.APPROVE)


def test_it_waits_for_the_paralegal_while_a_message_is_unfinished() -> None:
    answer = waiting_on(drafts=[OpenDraft("returned")], items=[SOON], with_government=[None])

    assert (answer.party, answer.why) == (Party.PARALEGAL, Why.FINISH)


def test_it_waits_for_whoever_has_the_next_item() -> None:
    answer = waiting_on(drafts=[OpenDraft("sent")], items=[SOMETIME, LATER, SOON], with_government=[None])

    assert (answer.party, answer.item) == (Party.CLIENT, SOON)


def test_it_takes_an_item_without_a_date_last() -> None:
    answer = waiting_on(drafts=[], items=[SOMETIME, LATER], with_government=[])

    assert answer.item == LATER


def test_it_waits_for_the_government_when_nobody_here_has_to_move() -> None:
    assert waiting_on(drafts=[], items=[], with_government=[None]).party == Party.GOVERNMENT
    assert waiting_on(drafts=[], items=[], with_government=[]).party == Party.NOBODY


def test_where_the_seat_is_of_somebody_who_left_a_manager_comes_first() -> None:
    def ask(states: list[str], *items: OpenItem, left: list[str]) -> tuple[Party, Why]:
        found = waiting_on(
            drafts=[OpenDraft(state) for state in states],
            items=items,
            with_government=[None],
            seats_left=left,
        )
        return found.party, found.why

    assert ask(["in_review"], left=["attorney"]) == (Party.MANAGER, Why.SEAT_ATTORNEY)
    assert ask(["returned"], left=["paralegal"]) == (Party.MANAGER, Why.SEAT_PARALEGAL)
    assert ask([], SOMETIME, left=["attorney"]) == (Party.MANAGER, Why.SEAT_ATTORNEY)
    assert ask([], SOON, LATER, left=["attorney", "paralegal"]) == (Party.CLIENT, Why.DO)
    assert ask(["in_review"], left=["paralegal"]) == (Party.ATTORNEY, Why.APPROVE)
    assert ask([], left=["attorney"]) == (Party.GOVERNMENT, Why.DECIDE)


def test_it_says_since_when() -> None:
    first, later = date(2026, 3, 1), date(2026, 3, 4)
    item = OpenItem(Party.CLIENT, "Send the papers", later, since=first)

    def since(drafts: list[OpenDraft], *items: OpenItem) -> date | None:
        return waiting_on(drafts=drafts, items=items, with_government=[later, None, first]).since

    assert since([OpenDraft("in_review", later), OpenDraft("in_review", first)]) == first
    assert since([OpenDraft("returned", later), OpenDraft("sent", first)], item) == later
    assert since([], item) == first
    assert since([]) == first
