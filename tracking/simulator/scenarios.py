"""Scripted receipts and the moods the simulated API can be in.

Every scripted number is fictional: no real range starts with `IOE99`, and fiscal year 99 predates these
offices' numbering. Days are counted from the first question about a receipt; at the default speed of 20 days
a minute a day takes 3 seconds. A receipt number whose digits start with five zeros is unknown (404).

Seconds after the first question, at the default speed:

IOE9900000018 I-485  received, 24 biometrics, 54 fingerprints, 84 RFE, 144 response, 180 interview, 225 held,
                     270 approved, 300 card produced, 318 picked up, 336 delivered
IOE9900000026 I-765  in review, 42 approved, 66 card produced, 90 picked up, 120 delivered
IOE9900000034 N-400  received, 18 biometrics, 48 fingerprints, 108 interview, 150 held, 180 approved, 210 oath
IOE9900000042 I-130  received, 45 RFE, 120 response, 165 approved, 210 sent to the Department of State
LIN9990100057 I-140  received, 60 transferred, 132 approved
MSC9990200062 I-751  received, 30 biometrics, 60 fingerprints, 150 denied
IOE9900000075 I-131  received, 90 notice of the action USCIS intends, 240 denied
WAC9990300081 I-129  received, 72 second RFE, 130 response, 180 approved
EAC9990400094 I-539  received and stays so
IOE9900000109 I-90   received, 60 a status nobody has seen before, 150 approved
IOE9900000125 I-765  received after two failures (500, 503; demo scenario only), 36 biometrics
IOE0000000117        unknown to USCIS
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tracking.simulator.lives import Life, Step

DEFAULT_SPEED: Final = 20.0
"""Simulated days in a real minute."""


def _script(form: str, filed_days_ago: float, *coming: tuple[float, str], now: str = "received") -> Life:
    """A life that starts `filed_days_ago` before the first question, when it has the status `now`."""
    past = [Step(0.0, "received")]
    if now != "received":
        past.append(Step(filed_days_ago / 2, now))
    steps = [*past, *(Step(filed_days_ago + day, status) for day, status in coming)]
    return Life(form, tuple(steps), age=filed_days_ago)


SCRIPTS: Final[dict[str, Life]] = {
    "IOE9900000018": _script(
        "I-485",
        40,
        (8, "biometrics"),
        (18, "fingerprints"),
        (28, "rfe_initial"),
        (48, "rfe_response"),
        (60, "interview"),
        (75, "interview_done"),
        (90, "approved"),
        (100, "card_produced"),
        (106, "card_picked_up"),
        (112, "card_delivered"),
    ),
    "IOE9900000026": _script(
        "I-765",
        90,
        (14, "approved"),
        (22, "card_produced"),
        (30, "card_picked_up"),
        (40, "card_delivered"),
        now="in_review",
    ),
    "IOE9900000034": _script(
        "N-400",
        25,
        (6, "biometrics"),
        (16, "fingerprints"),
        (36, "interview"),
        (50, "interview_done"),
        (60, "approved"),
        (70, "oath"),
    ),
    "IOE9900000042": _script(
        "I-130", 150, (15, "rfe_initial"), (40, "rfe_response"), (55, "approved"), (70, "sent_to_dos")
    ),
    "LIN9990100057": _script("I-140", 80, (20, "transferred"), (44, "approved")),
    "MSC9990200062": _script("I-751", 30, (10, "biometrics"), (20, "fingerprints"), (50, "denied")),
    "IOE9900000075": _script("I-131", 120, (30, "noid"), (80, "denied")),
    "WAC9990300081": _script("I-129", 60, (24, "rfe_additional"), (43.33, "rfe_response"), (60, "approved")),
    "EAC9990400094": _script("I-539", 45),
    "IOE9900000109": _script("I-90", 50, (20, "unheard_of"), (50, "approved")),
    "IOE9900000125": _script("I-765", 12, (12, "biometrics")),
}
FLAKY_RECEIPT: Final = "IOE9900000125"
UNKNOWN_RECEIPT: Final = "IOE0000000117"

SANDBOX: Final[dict[str, Life]] = {
    "EAC9999103400": _script("I-130", 200),
    "EAC9999103401": _script("I-765", 100, now="approved"),
    "EAC9999103402": _script("I-539", 90, now="transferred"),
    "EAC9999103403": _script("N-400", 300, now="interview"),
    "EAC9999103404": _script("I-485", 250, now="rfe_additional"),
    "EAC9999103405": _script("I-140", 60, now="denied"),
    "LIN9999106498": _script("I-129", 120, now="approved"),
    "LIN9999106499": _script("I-129", 110, now="withdrawn"),
    "SRC9999102777": _script("I-131", 140, now="travel_document"),
    "SRC9999102778": _script("I-90", 150, now="card_produced"),
}
"""The developer sandbox's staging receipts; their cases never move."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One call in `1 / share` fails this way."""

    share: float
    fault: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the API behaves as a whole. In an outage nothing is answered but 503."""

    name: str
    summary: str
    troubles: tuple[Trouble, ...] = ()
    outage: bool = False
    flaky_demo: bool = False


SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        Scenario("demo", "answers well; one scripted receipt fails twice at first", flaky_demo=True),
        Scenario("steady", "answers well"),
        Scenario(
            "storm",
            "about one call in six fails, in every way an API can",
            troubles=(
                Trouble(0.04, "http_500"),
                Trouble(0.03, "http_503"),
                Trouble(0.03, "rate_limited"),
                Trouble(0.01, "unauthorized"),
                Trouble(0.01, "truncated"),
                Trouble(0.01, "html"),
                Trouble(0.01, "reset"),
                Trouble(0.01, "missing_fields"),
                Trouble(0.01, "slow"),
                Trouble(0.005, "hang"),
            ),
        ),
        Scenario("outage", "503 for every call until another scenario is chosen", outage=True),
    )
}
