"""From a status change to work, deadlines, documents and messages that an attorney approves."""
