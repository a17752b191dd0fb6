"""A stand-in for the USCIS Case Status API, spoken to over real HTTP by the real client.

It runs as a process of its own (`manage.py simulate_uscis` or `python -m tracking.simulator`), needs only
the standard library and listens on the loopback interface alone. Production code never imports it.
"""
