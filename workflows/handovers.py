"""Work changes hands: whoever has it now, and whoever had it, is told what waits."""

from __future__ import annotations

MOVED_OUT, MOVED_IN, ASSIGNED, LEFT = "moved_out", "moved_in", "assigned", "left"
