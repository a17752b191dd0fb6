"""`python -m tracking.simulator`: the simulator without Django, ready in a tenth of a second."""

from __future__ import annotations

import argparse

from tracking.simulator.options import add_arguments, options_from
from tracking.simulator.server import PortError, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tracking.simulator", description="A stand-in for the USCIS API.")
    add_arguments(parser)
    try:
        run(options_from(parser.parse_args()))
    except PortError as error:
        parser.exit(2, f"{error}\n")
