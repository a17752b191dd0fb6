"""`make soak` names what there is, walks every cell once, and says so when it is asked for anything else."""

from __future__ import annotations

import pytest

from tests.support import soak


def test_every_part_runs_what_there_is() -> None:
    named = {word for command in soak.PARTS.values() for word in command if word.endswith(".py")}

    assert named
    assert all((soak.ROOT / name).exists() for name in named)


@pytest.mark.parametrize("shares", [1, 2, 5, 9])
def test_the_shares_of_a_matrix_are_together_all_of_it(shares: int, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = []
    for number in range(1, shares + 1):
        monkeypatch.setattr(soak, "SHARE", f"{number}/{shares}")
        walked += soak.share(range(7))

    assert sorted(walked) == list(range(7))


def test_an_unknown_part_runs_nothing_and_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["crush"]) == 2

    told = capsys.readouterr().err
    assert "crush" in told
    assert all(part in told for part in soak.PARTS)
