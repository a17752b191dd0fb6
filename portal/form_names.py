"""What the common forms are for, in a client's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FORM_NAMES = {
    "I-90": _("Green card replacement"),
    "I-129": _("Work visa petition"),
    "I-129F": _("Fiancé(e) petition"),
    "I-130": _("Family petition"),
    "I-131": _("Travel document"),
    "I-140": _("Employer's petition"),
    "I-360": _("Special petition"),
    "I-485": _("Green card application"),
    "I-539": _("Extension or change of status"),
    "I-589": _("Asylum application"),
    "I-601": _("Waiver"),
    "I-601A": _("Waiver"),
    "I-730": _("Petition for a refugee's or asylee's family"),
    "I-751": _("Removing the conditions on a green card"),
    "I-765": _("Work permit"),
    "I-821": _("Temporary protected status"),
    "I-821D": _("Deferred action (DACA)"),
    "N-336": _("Hearing on a citizenship decision"),
    "N-400": _("Citizenship application"),
    "N-600": _("Certificate of citizenship"),
}


def describe_form(form: str) -> str:
    """Return "Work permit (I-765)", or the bare form number where we have no words for it."""
    name = FORM_NAMES.get(form)
    return f"{name} ({form})" if name else form or str(_("Your case"))
