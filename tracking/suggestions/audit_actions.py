"""What the assistant puts on the record: ids, codes and counts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.audit import register_action, register_subject
from tracking.models import SuggestionConsent

CONSENT_GIVEN = register_action(
    "tracking.assist_agreed", _("agreed that redacted status texts go to {model}"), data=("model",)
)
CONSENT_REVOKED = register_action(
    "tracking.assist_withdrawn", _("withdrew the agreement about {model}"), data=("model",)
)
CONSENT_VOIDED = register_action(
    "tracking.assist_voided",
    _("ended the agreement about {model}: the settings name another model"),
    data=("model",),
)
MODEL_ASKED = register_action(
    "tracking.model_asked",
    _("asked {model} what the status of {subject} means: {outcome}"),
    data=("model", "change", "prompt", "outcome", "code", "why", "hidden", "characters"),
)
SUGGESTION_SETTLED = register_action(
    "tracking.suggestion_settled",
    _("decided about the suggestion {code} of {model} on {subject}: {outcome}"),
    data=("model", "change", "code", "outcome"),
)
ASKED_AGAIN = register_action(
    "tracking.model_asked_again", _("asked for {count} questions to be put again"), data=("count",)
)


def _consents(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return {pk: (str(_("the assistant")), reverse("tracking:assistant")) for pk in ids}


def register_subjects() -> None:
    """Register how the record names an agreement."""
    register_subject(SuggestionConsent, _consents)
