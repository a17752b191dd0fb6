"""Forms as clients call them. Pure: plain names of our own, English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from legist.practice.form_numbers import spell_form

NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "I90": ("green card replacement", "reemplazo de la tarjeta de residente"),
        "I129": ("work visa petition", "petición de visa de trabajo"),
        "I129F": ("fiancé(e) petition", "petición para prometido o prometida"),
        "I130": ("petition for a family member", "petición para un familiar"),
        "I131": ("travel document application", "solicitud de documento de viaje"),
        "I140": ("work-based residence petition", "petición de residencia por trabajo"),
        "I360": ("special immigrant petition", "petición de inmigrante especial"),
        "I485": ("green card application", "solicitud de la tarjeta de residente"),
        "I539": ("request to extend or change your stay", "solicitud para extender o cambiar su estadía"),
        "I589": ("asylum application", "solicitud de asilo"),
        "I601": ("waiver application", "solicitud de perdón"),
        "I601A": ("waiver application", "solicitud de perdón"),
        "I730": (
            "petition for the family of a refugee or asylee",
            "petición para la familia de una persona refugiada o asilada",
        ),
        "I751": (
            "petition to remove the conditions on a green card",
            "petición para quitar las condiciones de la residencia",
        ),
        "I765": ("work permit application", "solicitud de permiso de trabajo"),
        "I821": ("TPS application", "solicitud de TPS"),
        "I821D": ("DACA request", "solicitud de DACA"),
        "I914": ("T visa application", "solicitud de visa T"),
        "I918": ("U visa petition", "petición de visa U"),
        "N336": ("hearing on a citizenship decision", "audiencia sobre una decisión de ciudadanía"),
        "N400": ("citizenship application", "solicitud de ciudadanía"),
        "N600": ("citizenship certificate application", "solicitud de certificado de ciudadanía"),
    }
)
UNNAMED = {"en": "your case", "es": "su caso"}


def canonical(form: str | None) -> str:
    """Return `I-485` for `I485` and other ways to write it; what does not look like a form stays."""
    return spell_form(form or "") or (form or "").replace(" ", "").upper()


def title_form(form: str, language: str) -> str:
    """Return the form as a heading, such as `Work permit application (I-765)`, or its bare number."""
    english, spanish = NAMES.get(form.replace("-", ""), ("", ""))
    name = spanish if language.startswith("es") else english
    return f"{name[0].upper()}{name[1:]} ({form})" if name else form


def name_form(form: str | None, language: str) -> str:
    """Return the form as a client would call it, such as `your work permit application (Form I-765)`."""
    if not form:
        return UNNAMED.get(language, UNNAMED["en"])
    number = canonical(form)
    english, spanish = NAMES.get(number.replace("-", ""), ("", ""))
    if language == "es":
        return f"su {spanish} (Formulario {number})" if spanish else f"su Formulario {number}"
    return f"your {english} (Form {number})" if english else f"your Form {number}"
