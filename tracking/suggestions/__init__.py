"""A language model suggests what an unknown status text means; a person decides. Off by default.

Pure: `redaction` (what never leaves), `prompt` (what is asked), `checking` (what is believed).
"""
