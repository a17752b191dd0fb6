"""From title and description to one decision, and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from functools import lru_cache

from tracking.normalizer import dates, facts
from tracking.normalizer.accounting import is_accounted_for, leaves_unread, may_end, may_turn
from tracking.normalizer.advice import is_advice
from tracking.normalizer.beside import (
    DECISIONS,
    ENDED,
    REQUESTS,
    asked_beside,
    clock_beside,
    ends_beside,
    explains_away,
    request_after,
    tells_decision,
)
from tracking.normalizer.clauses import asides, reasons, sentences_of, statements, with_denials, without_names
from tracking.normalizer.grammar import (
    ENGLISH,
    ENGLISH_EVENTS,
    ENGLISH_TITLES,
    IS_SPANISH,
    SPANISH,
    SPANISH_EVENTS,
    UNDONE,
)
from tracking.normalizer.grammar.rules import Found, Rule, find_first
from tracking.normalizer.meanings import issued_on, last_day, meeting_of_year, mentions_a_day
from tracking.normalizer.nearest import corrected
from tracking.normalizer.results import Facts, FirmRule, Normalized, Reading
from tracking.normalizer.set_anew import (
    SET_ANEW,
    TOLD_BY_A_LETTER,
    in_our_voice,
    set_anew,
    to_be_answered,
)
from tracking.normalizer.text import fold, plain, title_key
from tracking.normalizer.titles import TITLES
from tracking.statuses import CODES, Bucket, StatusCode

_ALARM = re.compile(
    r"\b(?:den(?:y|ied|ial)|reject|revo(?:ke|cation)|terminat|abandon|withdr|intent|destroy|return|undeliverable"
    r"|deneg|rechaz|revoc|termina|retir|destru|devuel|halted|postpon|pospus|pospuest|aplaz)\w*"
    r"|\bmoved (?:from|to)\b"
)
_ENGLISH_WORDS = re.compile(r"\b(?:the|was|is|case|card|notice|your|you|we|of|and|to|for)\b")
# Some trackers write titles as the client's own: "My Case Was Received".
_OWNER = re.compile(r"^(?:my|your|the) ")
_CALLED_OFF = frozenset({StatusCode.INTERVIEW_CANCELLED}) | {
    code for code, info in CODES.items() if info.called_off
}
_DO = r"(?:send|submit|provide|furnish|attend|appear|respond|answer|reply|pay|return|bring)"
# What the reader is told to do; a sentence that begins with a condition asks nothing yet.
_TOLD = re.compile(
    r"(?<!nothing )(?<!nothing that )"
    r"\byou (?:must|have (?:until|\w+ (?:calendar |business )?days)|need to|are required to|have to)\b"
    rf"|(?:\b(?:please|kindly) |^){_DO}\b"
    r"|(?<!no )\b(?:debe|debera|tiene (?:hasta|que|\w+ dias)|envie|presente|proporcione|responda|conteste"
    r"|pague|devuelva|presentese|acuda|mandenos|envienos|haganos llegar)\b"
    r"|\byour (?:\w+ ){1,4}(?:is|are) missing\b|\bwe lack your\b|\bfaltan? sus?\b"
)
_CONDITION = re.compile(r"(?:if|unless|when|to|for|si|cuando|para)\b")
# Beside one of these a decision that was told before is the older news.
_TURNING = frozenset({*DECISIONS, StatusCode.REOPENED, StatusCode.APPEAL_MOTION})
_NOTHING = Reading(StatusCode.UNKNOWN, "unknown", weak=True)

_TOKEN = re.compile(r"\bx(form|receipt|date|appearance|premium|feewaiver|along|summons)\w*")
_MARK = re.compile("xnot|xmay")
_WORDS_LENGTH = 200
Titles = Mapping[str, Reading]


def normalize(
    title: str,
    description: str = "",
    lang: str | None = None,
    *,
    firm_rules: Sequence[FirmRule] = (),
    titles: Titles = TITLES,
) -> Normalized:
    """Read one status text; never raises, whatever the text.

    Order: the firm's own rules, known titles, grammar over description and title. What nobody can
    read is UNKNOWN and needs a person. `lang` is a hint only: the text shows its language itself.
    `titles` maps title keys to readings and can be replaced to test the grammar alone.
    """
    body = plain(description)
    key = title_key(title)
    found, is_two_days = _dates(body)
    nameless = without_names(body, found)
    stated = facts.extract(plain(title), body, found, nameless=nameless)
    said = statements(nameless)
    hinted = _is_spanish(said, lang)
    clause, told, doubted = _heard(said, nameless, spanish=hinted)
    if clause is None and hinted and not IS_SPANISH.search(said):
        hinted = False
        clause, told, doubted = _heard(said, nameless, spanish=False)
    firm = next((rule for rule in firm_rules if rule.key == key), None)
    if firm is not None:
        reading, confidence, needs_review = _weigh_firm(firm.reading, clause)
    else:
        spanish = _is_spanish(key, lang)
        written = key = key if key in titles else _OWNER.sub("", key)
        key = key if key in titles else corrected(key, spanish=spanish)
        title_said, accounted = _title(key, spanish=spanish)
        events = SPANISH_EVENTS if hinted else ENGLISH_EVENTS
        known = titles.get(key)
        told_by = (known or title_said).code
        if clause and explains_away(told_by, clause, said=said, events=events):
            reading, confidence, needs_review = clause, 0.5, True
        elif known:
            reading, confidence, needs_review = _weigh_known(known, clause, said=said)
        else:
            alone = accounted and not said and key == written
            reading, confidence, needs_review = _weigh(title_said, clause, alone=alone)
    doubted = doubted or leaves_unread(nameless, told, reading.code, spanish=hinted)
    needs_review = needs_review or doubted
    issued = issued_on(body, found, reading.code, is_lost=reading.terminal is True)
    needs_review = (
        needs_review
        or is_two_days
        or _tells_more(reading, stated, nameless)
        or any(asked_beside(reading.code, each) for each in (key, *sentences_of(nameless)))
        or (not (issued or stated.event_date) and mentions_a_day(body, found, reading.code))
    )
    stated, is_guessed = _dated(stated, body, found, issued=issued, code=reading.code)
    reading, stated, is_anew = set_anew(reading, stated, body, found=found)
    needs_review = needs_review or is_guessed or is_anew
    result = _result(reading, stated, key, confidence=confidence, needs_review=needs_review)
    return replace(result, doubted=doubted)


def _dated(
    stated: Facts, body: str, found: list[dates.Dated], *, issued: date | None, code: StatusCode
) -> tuple[Facts, bool]:
    """The facts with the days that hang on that of the notice, and whether the year of one is a guess."""
    since = issued or stated.event_date
    last = last_day(body, found, since=since, code=code)
    met = None if stated.appointment or since is None else meeting_of_year(body, since=since)
    stated = replace(
        stated, event_date=since, deadline=last or stated.deadline, appointment=met or stated.appointment
    )
    return stated, met is not None


def _dates(body: str) -> tuple[list[dates.Dated], bool]:
    """The dates of a text, and whether one may be either of two days; then it is the earlier."""
    found = dates.find(body)
    if "/" not in body or not IS_SPANISH.search(fold(body)):
        return found, False
    return dates.either_way(body, found), any(dates.turned(body, each) != each.day for each in found)


def heeding(main: Normalized, other: Normalized) -> Normalized:
    """Return the reading of one language, with heed to that of the other one.

    The earlier of two days counts, to begin and to answer by, and of two requests the one with less time. So
    does the earlier of two appointments, and a person is asked which one is meant.
    A request or a decision that only the other tells of starts its clock, and a person is asked. So is one
    about anything else that the other wants of the client, takes for the end of the case, or doubts.
    """
    if other.code is main.code or {main.code, other.code} <= set(REQUESTS):
        graver = min(main, other, key=lambda each: [*REQUESTS, each.code].index(each.code))
        met = [each for each in (main.facts.appointment, other.facts.appointment) if each]
        differs = len({each.day for each in met}) > 1 or len({each.at for each in met if each.at}) > 1
        doubtful = main.needs_review or other.doubted or differs or other.code is not main.code
        return replace(graver, facts=_earliest(graver.facts, main.facts, other.facts), needs_review=doubtful)
    if SET_ANEW.get(main.code) is other.code:
        return replace(other, needs_review=True)
    main = _with_days_of(main, other)
    if other.bucket is main.bucket or other.code is StatusCode.UNKNOWN:
        return main
    is_calm = main.code not in (*REQUESTS, *ENDED, *_TURNING) and main.code not in _CALLED_OFF
    if is_calm and other.code in (*REQUESTS, *DECISIONS):
        days = replace(main.facts, event_date=None, appointment=None)
        return replace(other, facts=_earliest(other.facts, days, other.facts), needs_review=True)
    return replace(main, needs_review=main.needs_review or other.client_action or other.terminal)


def _with_days_of(main: Normalized, other: Normalized) -> Normalized:
    """The reading with the days to answer and to appear that only the other language tells of; a "
    "person looks."""
    if main.code in _CALLED_OFF:
        return main
    deadline = main.facts.deadline or other.facts.deadline
    met = main.facts.appointment or other.facts.appointment
    if (deadline, met) == (main.facts.deadline, main.facts.appointment):
        return main
    return replace(main, facts=replace(main.facts, deadline=deadline, appointment=met), needs_review=True)


def _earliest(facts: Facts, *told: Facts) -> Facts:
    """The facts with the earliest of each of the days that are told, and the shortest time."""
    met = (each.appointment for each in told if each.appointment)
    return replace(
        facts,
        event_date=min(filter(None, (each.event_date for each in told)), default=None),
        deadline=min(filter(None, (each.deadline for each in told)), default=None),
        answer_days=min(filter(None, (each.answer_days for each in told)), default=None),
        answer_by=tuple(sorted({day for each in told for day in each.answer_by})),
        appointment=min(met, key=lambda each: (each.day, each.at or time()), default=None),
    )


def _tells_more(reading: Reading, stated: Facts, nameless: str) -> bool:
    """Whether the text tells its reader to do something while the reading asks nothing of them."""
    if _asks(reading):
        return False
    return stated.deadline is not None or _is_told(nameless) or tells_decision(reading, reasons(nameless))


def _is_told(nameless: str) -> bool:
    """Whether a sentence tells the reader to do something, without a condition."""
    told = (each for each in sentences_of(nameless) if not _CONDITION.match(each))
    return any(_TOLD.search(each) and not is_advice(each) for each in told)


@lru_cache(maxsize=4096)
def _title(key: str, *, spanish: bool) -> tuple[Reading, bool]:
    """Grammar over a title, and whether every word, verb and negation in it is accounted for."""
    said = with_denials(key) if spanish else key
    found = find_first(SPANISH if spanish else ENGLISH_TITLES, said) if key else None
    if found is None:
        return _NOTHING, False
    if beside := clock_beside(found, key, SPANISH_EVENTS if spanish else ENGLISH_TITLES):
        return _resting(beside), False
    return _resting(found), said == key and is_accounted_for(key, found)


@lru_cache(maxsize=4096)
def _heard(said: str, nameless: str, *, spanish: bool) -> tuple[Reading | None, str, bool]:
    """Grammar over the statements of a description, its words, and whether others may turn its meaning."""
    found = find_first(SPANISH if spanish else ENGLISH, said) if said else None
    if found is None:
        return None, "", False
    reading, match = _resting(found), found[1]
    beside = f"{said[: match.start()]} | {said[match.end() :]} | {asides(nameless)}"
    if reading.code is StatusCode.REOPENED and _is_told(nameless):
        reading = replace(reading, code=StatusCode.RFE_ISSUED, weak=True)
    events = SPANISH_EVENTS if spanish else ENGLISH_EVENTS
    if other := clock_beside(found, said, events):
        return _resting(other), other[1][0], True
    if reading.code is StatusCode.NOTICE_MAILED and (letter := _told_by_letter(nameless, events)):
        return letter, match[0], True
    turned = (
        may_turn(beside, reading.code)
        or may_end(said, reading.code)
        or request_after(found, said, events)
        or ends_beside(found, said, events)
    )
    doubted = turned or _goes_on(reading, said[match.end() :], spanish=spanish)
    return reading, match[0], doubted


def _told_by_letter(nameless: str, events: tuple[Rule, ...]) -> Reading | None:
    """What a letter is that was sent, by what the text says that it tells or wants; a guess."""
    sentences = [each for each in sentences_of(nameless) if not _CONDITION.match(each)]
    voiced = (with_denials(in_our_voice(each)) for each in sentences)
    told = (find_first(events, each) for each in voiced)
    known = next((each for each in told if each and each[0].code in TOLD_BY_A_LETTER), None)
    return replace(_resting(known), weak=True) if known else to_be_answered(sentences)


def _goes_on(reading: Reading, rest: str, *, spanish: bool) -> bool:
    """Whether another event follows on one that was undone or moved."""
    if not reading.rule.endswith(UNDONE):
        return False
    found = find_first(SPANISH_EVENTS if spanish else ENGLISH_EVENTS, rest)
    return found is not None and CODES[found[0].code].bucket is not CODES[reading.code].bucket


def _resting(found: Found) -> Reading:
    """The reading with the words of the text that it rests on."""
    return replace(found[0], words=_MARK.sub("", _TOKEN.sub(r"[\1]", found[1][0].strip())).lower())


def _is_spanish(text: str, lang: str | None) -> bool:
    """The words decide; the hint only where they show no language."""
    return bool(IS_SPANISH.search(text)) or (lang == "es" and not _ENGLISH_WORDS.search(text))


def _disputed(title: Reading, clause: Reading | None) -> Reading | None:
    """What starts a clock and only one of title and text speaks of; of two requests, the one with less time.

    It is never passed over in silence: its clock runs until a person has decided. A text that takes it back
    is no dispute, and one that tells of another decision is believed.
    """
    if clause is None or clause.code is title.code or clause.code in _CALLED_OFF:
        return None
    asked = [each for each in (clause, title) if each.code in REQUESTS]
    if asked:
        return min(asked, key=lambda each: REQUESTS.index(each.code))
    if title.code in DECISIONS and _is_calm(clause) and not clause.rule.endswith(UNDONE):
        return title
    return clause if clause.code in DECISIONS and _is_calm(title) else None


def _is_calm(reading: Reading) -> bool:
    """Whether it leaves the case as open as it was."""
    return not CODES[reading.code].terminal and reading.code not in _TURNING


def _weigh(title: Reading, clause: Reading | None, *, alone: bool) -> tuple[Reading, float, bool]:
    """Choose between two readings by grammar; the description wins where it speaks clearly.

    `alone`: the title may decide by itself, as all of it was understood and nothing else was said.
    """
    if title.code is not StatusCode.UNKNOWN and (disputed := _disputed(title, clause)):
        return disputed, 0.5, True
    if clause is None:
        sure = alone and not title.weak
        return title, (0.8 if sure else 0.4 if title.code is not StatusCode.UNKNOWN else 0.0), not sure
    if title.code is clause.code:
        sure = not (clause.weak or title.weak)
        return clause, (0.9 if sure else 0.6), not sure
    if clause.weak and not title.weak:
        return title, 0.5, True
    return clause, 0.6, True


def _weigh_firm(firm: Reading, clause: Reading | None) -> tuple[Reading, float, bool]:
    """The firm's word stands, but it never hides that something must be done: a person looks then."""
    disputed = _disputed(firm, clause)
    if disputed is not None and disputed.code in REQUESTS and firm.code not in REQUESTS:
        return disputed, 0.5, True
    hides = clause is not None and not clause.weak and _asks(clause) and not _asks(firm)
    return firm, (0.7 if hides else 1.0), hides


def _asks(reading: Reading) -> bool:
    action = reading.client_action
    return CODES[reading.code].client_action if action is None else action


def _weigh_known(known: Reading, clause: Reading | None, *, said: str) -> tuple[Reading, float, bool]:
    if clause is None:
        unread = bool(_ALARM.search(said)) or may_turn(said, known.code) or known.code is StatusCode.UNKNOWN
        return known, (0.7 if unread else 0.95), unread or known.weak
    if clause.code is known.code:
        return _refined(known, clause), 0.99, known.weak or clause.weak
    if disputed := _disputed(known, clause):
        return disputed, 0.5, True
    is_lost = CODES[known.code].bucket is Bucket.DOCUMENT and clause.code is StatusCode.MAIL_RETURNED
    if (clause.weak and not is_lost) or clause.code is StatusCode.NOTICE_MAILED:
        return known, 0.7, True
    return clause, 0.7, known.code is not StatusCode.UNKNOWN


def _refined(known: Reading, clause: Reading) -> Reading:
    """The known title, with what its description says about action and end."""
    action, terminal = clause.client_action, clause.terminal
    return replace(
        known,
        client_action=known.client_action if action is None else action,
        terminal=known.terminal if terminal is None else terminal,
    )


def _result(
    reading: Reading, stated: Facts, key: str, *, confidence: float, needs_review: bool
) -> Normalized:
    """The decision; a reading without words of its own rests on the title as a whole, whose key is given.

    What was called off names no day to come or to answer by, and a person looks at what it had started.
    """
    is_unknown = reading.code is StatusCode.UNKNOWN
    defaults = CODES[reading.code]
    action, terminal = reading.client_action, reading.terminal
    if reading.code in _CALLED_OFF:
        stated = replace(stated, appointment=None, deadline=None)
    return Normalized(
        code=reading.code,
        bucket=defaults.bucket,
        confidence=confidence,
        needs_review=needs_review or is_unknown or defaults.called_off,
        client_action=defaults.client_action if action is None else action,
        terminal=defaults.terminal if terminal is None else terminal,
        rule=reading.rule,
        facts=stated,
        words="" if is_unknown else (reading.words or key)[:_WORDS_LENGTH],
    )
