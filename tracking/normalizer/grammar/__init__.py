"""The grammar of status texts: lists of rules, read from top to bottom.

The order is part of the meaning: what was undone comes first, what lies beside the case and what turns
a meaning around before the events, and what says little last.
"""

from __future__ import annotations

import re
from itertools import chain

from tracking.normalizer.grammar import (
    clause_events,
    clause_turns,
    free_words,
    spanish_events,
    spanish_turns,
    title_events,
    title_turns,
    undone,
)
from tracking.normalizer.grammar.rules import Rule

IS_SPANISH = re.compile(
    r"\b(?:caso|tarjeta|entrevista|notificacion|notificaciones|aviso|solicitud|peticion|respuesta|recibo|huellas|documento"
    r"|formulario|su|fue|fueron|enviad[oa]|enviamos|aprobad[oa]|denegad[oa]|rechazad[oa]|ceremonia|oficina|correo"
    r"|usted|hay|disponibles?|hemos|una|que|por|para|lista|recibimos|aprobamos|denegamos|cancelamos|nuestr[oa]s?"
    r"|le|pruebas|solicitamos|pedimos|requerimos|necesitamos|informacion|documentos|denegacion"
    r"|aprobacion|decision(?:es)? (?:desfavorable|negativa)"
    r"|cita|intencion|evidencias|intento|apelacion|mocion|evidencia|tarifas?|tarifa|pago|nombre|estatus|permiso|certificado|numero|viaje"
    r"|juez|jueza|deportacion|iniciamos|audiencia)\b"
)

ENGLISH_TITLE_GROUPS: tuple[tuple[Rule, ...], ...] = (
    undone.ENGLISH_TITLE_UNDONE,
    title_turns.BESIDE_THE_CASE,
    title_turns.APPEALS,
    title_turns.REVERSALS,
    title_events.MAIL,
    title_events.DOCUMENTS,
    title_events.STEPS,
    title_events.PLAIN,
    free_words.ENGLISH_TITLE_FREE,
)

ENGLISH_GROUPS: tuple[tuple[Rule, ...], ...] = (
    undone.ENGLISH_UNDONE,
    clause_turns.BESIDE_THE_CASE,
    clause_turns.APPEALS,
    clause_turns.REVERSALS,
    clause_events.DECISIONS,
    clause_events.MAIL,
    clause_events.DOCUMENTS,
    clause_events.STEPS,
    clause_events.PLAIN,
    free_words.ENGLISH_FREE,
)

SPANISH_GROUPS: tuple[tuple[Rule, ...], ...] = (
    undone.SPANISH_UNDONE,
    spanish_turns.BESIDE_THE_CASE,
    spanish_turns.APPEALS,
    spanish_turns.REVERSALS,
    spanish_events.MAIL,
    spanish_events.STEPS,
    spanish_events.PLAIN,
    free_words.SPANISH_FREE,
)

ENGLISH_TITLES = tuple(chain.from_iterable(ENGLISH_TITLE_GROUPS))
ENGLISH = tuple(chain.from_iterable(ENGLISH_GROUPS))
SPANISH = tuple(chain.from_iterable(SPANISH_GROUPS))
# Without what undoes: for what follows on something undone.
ENGLISH_EVENTS = tuple(chain.from_iterable(ENGLISH_GROUPS[1:]))
SPANISH_EVENTS = tuple(chain.from_iterable(SPANISH_GROUPS[1:]))
UNDONE = ("-stands", "-moved", "-cancelled", "-needless", "-undone")
