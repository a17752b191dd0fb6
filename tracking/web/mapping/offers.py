"""What a newer version of our statuses offers: who takes it, and what that would change."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from legist.core.actors import Actor
from legist.core.definitions import kinds, services
from legist.practice.permissions import Capability, require
from tracking.mapping.content import from_json
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import TakeShipped
from tracking.mapping_editor.dry_run import dry_run
from tracking.mapping_editor.versions import MappingTopic
from tracking.web.labels import status_words
from tracking.web.mapping.labels import stage_name


def register() -> None:
    """Have the firm edit the statuses as one definition."""
    kind = kinds.Kind(
        slug="stages",
        topic=MappingTopic(),
        require=partial(require, capability=Capability.EDIT_VOCABULARY),
        call=lambda _key: _("Statuses"),
        page=lambda _key: reverse("tracking:vocabulary_versions"),
        parts={
            "buckets": gettext_lazy("Stages"),
            "rules": gettext_lazy("Titles"),
            "name": gettext_lazy("Name"),
            "name_es": gettext_lazy("Name in Spanish"),
            "codes": gettext_lazy("Statuses"),
            "team": gettext_lazy("Team"),
            "tone": gettext_lazy("Color"),
        },
        publish=_publish,
        dry_run=_effects,
    )
    kinds.register(kind)


def _publish(_topic: Any, key: str, content: Any, **how: Any) -> Any:
    return services.publish(MappingTopic((TakeShipped(content),)), key, content, **how)


def _effects(actor: Actor, _key: str, content: Any) -> list[str]:
    """Read the firm's past by the content, as a draft is tried."""
    base = current_mapping()
    found = dry_run(actor, base=base, result=from_json(content, number=base.number))
    read = ngettext(
        "%(n)d past change would read differently.",
        "%(n)d past changes would read differently.",
        found.changes,
    )
    moved = [
        _("“%(status)s” would belong to “%(after)s”, no longer to “%(before)s”; cases on it: %(n)d.")
        % {
            "status": status_words(line.code).label,
            "before": stage_name(line.before),
            "after": stage_name(line.after),
            "n": line.cases,
        }
        for line in found.stages
    ]
    return [read % {"n": found.changes}, *moved]
