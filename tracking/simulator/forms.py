"""Forms the simulated cases are filed on, with their official names in English and Spanish."""

from __future__ import annotations

from typing import Final

FORMS: Final[dict[str, tuple[str, str]]] = {
    "I-90": (
        "Application to Replace Permanent Resident Card (Green Card)",
        "Solicitud para Reemplazar Tarjeta de Residente Permanente",
    ),
    "I-129": ("Petition for a Nonimmigrant Worker", "Petición de Trabajador No Inmigrante"),
    "I-130": ("Petition for Alien Relative", "Petición de Familiar Extranjero"),
    "I-131": ("Application for Travel Document", "Solicitud de Documento de Viaje"),
    "I-140": ("Immigrant Petition for Alien Workers", "Petición de Trabajador Extranjero Inmigrante"),
    "I-485": (
        "Application to Register Permanent Residence or Adjust Status",
        "Solicitud de Registro de Residencia Permanente o Ajuste de Estatus",
    ),
    "I-539": (
        "Application to Extend/Change Nonimmigrant Status",
        "Solicitud para Extender o Cambiar el Estatus de No Inmigrante",
    ),
    "I-751": (
        "Petition to Remove Conditions on Residence",
        "Petición para Eliminar las Condiciones en la Residencia",
    ),
    "I-765": ("Application for Employment Authorization", "Solicitud de Autorización de Empleo"),
    "I-821": ("Application for Temporary Protected Status", "Solicitud de Estatus de Protección Temporal"),
    "N-400": ("Application for Naturalization", "Solicitud de Naturalización"),
    "N-600": ("Application for Certificate of Citizenship", "Solicitud de Certificado de Ciudadanía"),
}


def english(form: str) -> str:
    """`Form I-765, Application for Employment Authorization`."""
    return f"Form {form}, {FORMS[form][0]}" if form in FORMS else f"Form {form}"


def spanish(form: str) -> str:
    """`Formulario I-765, Solicitud de Autorización de Empleo`."""
    return f"Formulario {form}, {FORMS[form][1]}" if form in FORMS else f"Formulario {form}"
