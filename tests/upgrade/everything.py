"""Open everything that a database holds, and its pages; print what came of it as JSON."""

from __future__ import annotations

import json

import django


def main() -> None:
    """Raise for the first value that does not open; pages are listed with how they answered."""
    django.setup()
    from django.apps import apps
    from django.test import Client
    from django.urls import reverse

    from legist.core.crypto import encrypted_fields
    from legist.practice.models import Matter, User
    from tests.upgrade.earlier import NOBODYS, taken_along
    from tracking.models import Receipt
    from workflows.models import Deadline, DocumentTemplate, MessageTemplate, Playbook

    firms = [
        str(row)
        for kind in (Playbook, MessageTemplate, DocumentTemplate)
        for row in kind.objects.filter(origin="firm")
    ]
    opened = 0
    for model in apps.get_models():
        fields = encrypted_fields(model)
        for row in model._default_manager.iterator(chunk_size=500) if fields else ():
            opened += sum(getattr(row, field.attname) is not None for field in fields)

    lists = ("tracking:inbox", "tracking:receipts", "tracking:reviews", "tracking:health")
    work = ("workflows:matters", "workflows:approvals", "workflows:deadlines", "workflows:notices")
    wanted = [reverse(name) for name in (*lists, *work)]
    wanted += [
        reverse(name, args=[row.pk])
        for name, rows in (
            ("tracking:receipt", Receipt.objects.all()),
            ("workflows:matter", Matter.objects.exclude(reference=NOBODYS)),
            ("workflows:deadline", Deadline.objects.all()),
        )
        for row in rows[:3]
    ]
    answered: dict[str, int] = {}
    for role in ("attorney", "manager"):
        browser = Client(HTTP_HOST="localhost")
        browser.force_login(User.objects.filter(role=role, is_active=True)[0])
        answered |= {f"{role} {path}": browser.get(path).status_code for path in wanted}
    found = {"opened": opened, "pages": answered, "firms": firms, "taken along": taken_along()}
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
