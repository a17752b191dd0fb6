"""On whom a matter waits."""

from __future__ import annotations

from datetime import date

from workflows.matters.waiting import OpenItem, Party, Why, waiting_on

SOON = OpenItem(Party.CLIENT, "Send the papers", date(2026, 3, 5))
LATER = OpenItem(Party.PARALEGAL, "Check the address", date(2026, 3, 9))
SOMETIME = OpenItem(Party.ATTORNEY, "Decide what follows", None)


def test_it_waits_for_the_attorney_while_a_message_is_before_them() -> None:
    answer = waiting_on(draft_states=["in_review", "returned"], items=[SOON], is_with_government=True)

    assert (answer.party, answer.why) == (Party.ATTORNEY, Why.APPROVE)


def test_it_waits_for_the_paralegal_while_a_message_is_unfinished() -> None:
    answer = waiting_on(draft_states=["returned"], items=[SOON], is_with_government=True)

    assert (answer.party, answer.why) == (Party.PARALEGAL, Why.FINISH)


def test_it_waits_for_whoever_has_the_next_item() -> None:
    answer = waiting_on(draft_states=["sent"], items=[SOMETIME, LATER, SOON], is_with_government=True)

    assert (answer.party, answer.item) == (Party.CLIENT, SOON)


def test_it_takes_an_item_without_a_date_last() -> None:
    answer = waiting_on(draft_states=[], items=[SOMETIME, LATER], is_with_government=False)

    assert answer.item == LATER


def test_it_waits_for_the_government_when_nobody_here_has_to_move() -> None:
    assert waiting_on(draft_states=[], items=[], is_with_government=True).party == Party.GOVERNMENT
    assert waiting_on(draft_states=[], items=[], is_with_government=False).party == Party.NOBODY


def test_where_the_seat_is_of_somebody_who_left_a_manager_comes_first() -> None:
    def ask(states: list[str], *items: OpenItem, left: list[str]) -> tuple[Party, Why]:
        found = waiting_on(draft_states=states, items=items, is_with_government=True, seats_left=left)
        return found.party, found.why

    assert ask(["in_review"], left=["attorney"]) == (Party.MANAGER, Why.SEAT_ATTORNEY)
    assert ask(["returned"], left=["paralegal"]) == (Party.MANAGER, Why.SEAT_PARALEGAL)
    assert ask([], SOMETIME, left=["attorney"]) == (Party.MANAGER, Why.SEAT_ATTORNEY)
    assert ask([], SOON, LATER, left=["attorney", "paralegal"]) == (Party.CLIENT, Why.DO)
    assert ask(["in_review"], left=["paralegal"]) == (Party.ATTORNEY, Why.APPROVE)
    assert ask([], left=["attorney"]) == (Party.GOVERNMENT, Why.DECIDE)
