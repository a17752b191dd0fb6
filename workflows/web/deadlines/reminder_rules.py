"""The firm's reminders: one line for each kind of deadline."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from legist.core.clock import utc_now
from legist.core.definitions.services import Unchanged
from legist.core.web import htmx
from legist.practice.permissions import Capability, can
from workflows.deadlines import reminder_rules
from workflows.deadlines.reminder_days import RuleOfKind, list_rules
from workflows.law.kinds import PERIODS
from workflows.law.periods import CHECKED, rules_for
from workflows.web import staff_actor
from workflows.web.deadlines.forms import RuleForm, rule_form
from workflows.web.forms import checked


@require_http_methods(["GET", "POST"])
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Show when each kind of deadline reminds; those who decide about it change it here."""
    if request.method == "POST":
        return _decide(request)
    actor = staff_actor(request)
    rows = [
        {
            "rule": rule,
            "period": PERIODS[rule.kind],
            "laws": rules_for(rule.kind, ()),
            "form": rule_form(rule),
        }
        for rule in list_rules()
    ]
    context = {
        "rows": rows,
        "can_decide": can(actor, Capability.EDIT_DEADLINE_RULES),
        "checked": CHECKED,
    }
    return render(request, "workflows/deadlines/rules.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    actor = staff_actor(request, Capability.EDIT_DEADLINE_RULES)
    given = checked(RuleForm(request.POST))
    rule = RuleOfKind(
        request.POST.get("kind", ""),
        tuple(given["offsets"]),
        given["attorney_after"],
        given["manager_after"],
        seen=request.POST.get("seen", ""),
    )
    try:
        reminder_rules.set_rule(rule, reason=given["reason"], actor=actor, now=utc_now())
    except Unchanged:
        messages.info(request, _("It reminds so already: nothing was changed."))
    else:
        messages.success(request, _("Saved. Open deadlines of this kind follow, unless theirs were chosen."))
    return htmx.redirect(request, reverse("workflows:reminder_rules"))
