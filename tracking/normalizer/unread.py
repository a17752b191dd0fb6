"""What of a text no rule has read.

A text is judged whole. Its event is read from one clause; whatever else it says must be read too, or be
advice of a kind that changes nothing: a sentence in words that nobody foresaw may take the event back, move
it or want something of the client, so it is a person's to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tracking.normalizer.advice import APPOINTMENTS, DAYS, MEETING, TELLS_TO, is_calm
from tracking.normalizer.beside import REQUESTS, is_decided
from tracking.normalizer.clauses import sentences_of, with_denials, without_asides
from tracking.normalizer.grammar import ENGLISH, SPANISH
from tracking.normalizer.grammar.rules import Rule, find_first
from tracking.normalizer.grammar.vocabulary import TEXT_WORDS, knows
from tracking.normalizer.text import fold
from tracking.statuses import CODES, Bucket
from tracking.statuses import StatusCode as C

# Offices and streets have names that no list holds.
_PLACE = re.compile(
    r"\b(?:at|in|to|from|near|en) (?:(?:the|our|la|el) )?(?![^.]{0,40}(?:[Cc]ourt|[Jj]udge))(?:\d+ )?"
    r"[A-Z][\w'-]+(?:,? (?:[A-Z][\w'-]*|\d+))+"
    r"|\b(?:[A-Z][\w.'-]+ ){1,4}(?:(?:[Ff]ield|[Aa]sylum) [Oo]ffice|[Ll]ockbox"
    r"|(?:[Ss]ervice|[Bb]enefits|[Ff]inance|[Cc]ontact) [Cc]enter)(?: \([A-Z]+\))?"
)
_HOUR = re.compile(r"\b(?:(?:at|a las) )?\d{1,2}(?::\d\d(?: ?[AaPp]\.?[Mm]\b)?| ?[AaPp]\.?[Mm]\b)")
_CLAUSE = re.compile(
    r"[;|¿?!]|: |, (?=(?:and|but|so|then|yet|y|pero|luego)\b)"
    r"|\b(?:and|but|yet|y|pero) (?=(?:we|you|it|uscis|your|the|that|this|le|su|la|el|se|nos|usted)\b)"
)
_EMPTY = re.compile(
    r"(?:\b(?:and|y|as of|on|el|al|the|we|our|uscis|xdate|xform|xreceipt|receipt number)\b|[ ,])*"
)
# What may be told beside any event: a letter about it, or that something was noted.
_BESIDE_ALL = frozenset({C.NOTICE_MAILED, C.ADMIN_UPDATE})
# An appeal ends in a letter about the decision or its way back.
_BESIDE = {C.APPEAL_MOTION: frozenset({C.REVOKED_TERMINATED, C.TRANSFERRED})}


@lru_cache(maxsize=4096)
def leaves_unread(nameless: str, told: str, code: C, *, spanish: bool) -> bool:
    """Whether a text without names says something beside its event that no rule has read.

    `told` are the words of the text that were read, if any, and `code` is what was made of title and text.
    """
    events = SPANISH if spanish else ENGLISH
    told = told.strip(" .")
    was_told = not told
    placed = _PLACE.sub(lambda name: name[0] if told and told in fold(name[0]) else "xplace", nameless)
    if CODES[code].bucket in APPOINTMENTS:
        placed = _HOUR.sub("xhour", placed)
    for sentence in (each.strip(" .") for each in sentences_of(placed)):
        whole = with_denials(sentence)
        bare = without_asides(whole)
        said = whole if told in whole else bare
        is_first, was_told = not was_told and told in said, was_told or told in said
        if is_first and code in REQUESTS and not knows(told, TEXT_WORDS):
            return True
        if is_calm(sentence, code):
            continue
        if is_first:
            said, bare = (re.sub(rf"{re.escape(told)}\w*", "xread", each, count=1) for each in (said, bare))
        if not knows(said, TEXT_WORDS) or (is_first and DAYS.search(said)):
            return True
        # Beside what happened the reason for it is told; advice has no reason that may be passed over.
        if not all(_is_read(clause, code, events) for clause in _clauses(bare if is_first else whole)):
            return True
    return not was_told


def _clauses(said: str) -> Iterator[str]:
    """The clauses of a sentence that tell something of their own."""
    for clause in (part.strip(" .,") for part in _CLAUSE.split(said)):
        if "xread" not in clause and not _EMPTY.fullmatch(clause):
            yield clause


def _is_read(clause: str, code: C, events: tuple[Rule, ...]) -> bool:
    """Whether a clause is advice, or tells of an event that may stand beside the one that was read."""
    if is_calm(clause, code):
        return True
    is_elsewhere = MEETING.search(clause) and CODES[code].bucket not in APPOINTMENTS
    found = find_first(events, clause)
    if found is None or is_elsewhere or (TELLS_TO.match(clause) and not CODES[code].client_action):
        return False
    beside = found[0].code
    if beside in _BESIDE.get(code, ()):
        return True
    if CODES[beside].client_action and not CODES[code].client_action and beside not in _BESIDE_ALL:
        return False
    if CODES[beside].bucket is CODES[code].bucket:
        return CODES[code].bucket is not Bucket.NO_STAGE or beside is code
    if beside is C.IN_REVIEW:
        return not is_decided(code)
    return beside in _BESIDE_ALL
