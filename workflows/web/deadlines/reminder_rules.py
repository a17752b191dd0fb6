"""The firm's reminders: one line for each kind of deadline."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from legist.practice.permissions import Capability, can
from workflows.deadlines.reminder_days import list_rules
from workflows.law.kinds import PERIODS
from workflows.law.periods import CHECKED, rules_for
from workflows.web import staff_actor


@require_GET
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Show when each kind of deadline reminds; each is changed on its own page."""
    actor = staff_actor(request)
    rows = [
        {"rule": rule, "period": PERIODS[rule.kind], "laws": rules_for(rule.kind, ())}
        for rule in list_rules()
    ]
    context = {
        "rows": rows,
        "can_decide": can(actor, Capability.EDIT_DEADLINE_RULES),
        "checked": CHECKED,
    }
    return render(request, "workflows/deadlines/rules.html", context)
