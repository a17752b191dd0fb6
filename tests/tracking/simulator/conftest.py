"""These tests talk to the simulated USCIS over real HTTP."""

from tests.support.simulator import simulator, simulator_process

__all__ = ["simulator", "simulator_process"]
