"""What a session remembers, sealed: sign-in keeps the typed address there until the code is entered."""

from __future__ import annotations

import json
from typing import Any

from legist.core.crypto import CryptoError, seal, unseal

CONTEXT = "sessions.data"


class SealedSerializer:
    """Writes sessions that only a holder of the field keys can read; see SESSION_SERIALIZER."""

    def dumps(self, data: dict[str, Any]) -> bytes:
        return seal(json.dumps(data, separators=(",", ":")).encode(), context=CONTEXT).encode("ascii")

    def loads(self, data: bytes) -> dict[str, Any]:
        """Return the session; one sealed with a key that is gone is empty, so its person signs in again."""
        try:
            session: dict[str, Any] = json.loads(unseal(data.decode("ascii"), context=CONTEXT))
        except CryptoError:
            return {}
        return session
