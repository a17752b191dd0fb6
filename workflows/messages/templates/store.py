"""Message templates: installing the shipped ones, and turning one into the texts of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from legist.core.definitions.rows import RowTopic
from legist.core.reasons import Unable
from workflows import audit_actions as actions
from workflows.messages.facts import FIELDS, SUBJECT_FIELDS
from workflows.messages.templates.packaged import read_texts
from workflows.messages.templates.rendering import faults_in, fill
from workflows.models import MessageTemplate
from workflows.states import STEP_FAILURE, StepFailure

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)

Texts = dict[str, dict[str, str]]


def _faults(row: MessageTemplate) -> list[str]:
    return [*faults_in(row.subject, SUBJECT_FIELDS), *faults_in(row.body, FIELDS)]


TOPIC = RowTopic(MessageTemplate, action=actions.DEFINITION_PUBLISHED, check=_faults)


def install(*, now: datetime) -> None:
    """Install the shipped templates whose version is missing; see `RowTopic.install` for which then hold."""
    TOPIC.install(
        MessageTemplate(
            key=text.key,
            language=text.language,
            version=text.version,
            subject=text.title,
            body=text.body,
            created_at=now,
        )
        for text in read_texts(TEXTS)
    )


def render(key: str, values: Mapping[str, Mapping[str, Any]]) -> tuple[Texts, int]:
    """Fill the active template in every language with that language's values.

    Returns `{language: {"subject", "body"}}` and the template's version. Raises InvalidInput when the
    firm has no active template of that name.
    """
    templates = list(MessageTemplate.objects.filter(key=key, active=True, language__in=LANGUAGES))
    if not templates:
        raise Unable(STEP_FAILURE, StepFailure.NO_MESSAGE, key=key)
    texts = {
        each.language: {
            "subject": fill(each.subject, values[each.language]),
            "body": fill(each.body, values[each.language]),
        }
        for each in templates
    }
    return texts, max(template.version for template in templates)
