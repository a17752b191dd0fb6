"""What the record must tell of in the practice's tables."""

from __future__ import annotations

from legist.core.promises import register_witness
from legist.practice.models import Client, Matter


def register() -> None:
    """Have `verify_audit` ask for a record wherever there are clients or matters."""
    register_witness(Client)
    register_witness(Matter)
