"""The picture of the house, made of the import contracts; `python -m tests.structure.picture` draws it."""

from __future__ import annotations

import tomllib
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs/architecture.svg"
WIDTH, ROW, PAD, GAP, NAMES, CHARACTER = 960, 24, 12, 14, 190, 6.9
COLOURS = ("#475569", "#475569", "#475569", "#7c3aed", "#0f766e", "#1d4ed8", "#b45309", "#334155")


class House(NamedTuple):
    """One app, or several beside each other: its rows of rooms from the roof to the cellar."""

    name: str
    floors: list[list[str]]

    @property
    def height(self) -> int:
        return len(self.floors) * ROW + 2 * PAD


def houses() -> list[House]:
    """Return the apps from the top layer to the bottom one, as `pyproject.toml` lays them down."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layered = [contract for contract in contracts if contract["type"] == "layers"]
    floors = {
        app: [[room.strip() for room in floor.replace(":", "|").split("|")] for floor in contract["layers"]]
        for contract in layered
        for app in contract.get("containers", ())
    }
    (apps,) = (contract["layers"] for contract in layered if not contract.get("containers"))
    return [House(app, floors.get(app, [[]])) for app in apps]


def draw() -> str:
    """Return the picture as SVG: each house, and each floor, may import what stands below it."""
    found = houses()
    *tops, end = accumulate((house.height + GAP for house in found), initial=GAP)
    drawn = [
        line
        for house, top, colour in zip(found, tops, COLOURS, strict=True)
        for line in draw_house(house, top, colour)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {end}" font-family="sans-serif" '
        'font-size="13" role="img" aria-label="The apps and their floors">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *drawn, "</svg>", ""])


def draw_house(house: House, top: int, colour: str) -> list[str]:
    frame = f'x="{GAP}" y="{top}" width="{WIDTH - 2 * GAP}" height="{house.height}" rx="8"'
    label = f'x="{2 * GAP}" y="{top + house.height / 2 + 5:g}" font-weight="700"'
    drawn = [
        f'<rect {frame} fill="{colour}" fill-opacity=".09" stroke="{colour}"/>',
        f'<text {label} fill="{colour}">{house.name.replace("legist.", "").replace("|", "·")}</text>',
    ]
    for number, floor in enumerate(house.floors):
        left, y = float(GAP + NAMES), top + PAD + number * ROW
        for room in floor:
            width = len(room) * CHARACTER + 14
            frame = f'x="{left:g}" y="{y + 2}" width="{width:g}" height="{ROW - 4}" rx="4"'
            label = f'x="{left + width / 2:g}" y="{y + 16}" text-anchor="middle"'
            drawn += [
                f'<rect {frame} fill="#fff" stroke="{colour}" stroke-opacity=".45"/>',
                f'<text {label} fill="#0f172a">{room}</text>',
            ]
            left += width + 6
    return drawn


if __name__ == "__main__":
    PICTURE.write_text(draw())
