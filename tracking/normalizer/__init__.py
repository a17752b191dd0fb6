"""What a USCIS status text means. Pure, versioned, explains itself.

`normalize` reads title and description; `nearest` suggests known titles for an unknown one.
"""

from tracking.normalizer.beside import nth_request, tells_again
from tracking.normalizer.decide import heeding, normalize
from tracking.normalizer.nearest import Suggestion, nearest
from tracking.normalizer.results import VERSION, Appointment, Facts, FirmRule, Normalized, OfficeRole
from tracking.normalizer.text import is_heading, title_key

__all__ = [
    "VERSION",
    "Appointment",
    "Facts",
    "FirmRule",
    "Normalized",
    "OfficeRole",
    "Suggestion",
    "heeding",
    "is_heading",
    "nearest",
    "normalize",
    "nth_request",
    "tells_again",
    "title_key",
]
