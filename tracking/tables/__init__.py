"""Lists of receipts as files: what they may cost, and reading them apart from everything else.

`apart` is the way in: it reads in a process of its own. `child` is that process, and the only one that
imports `reading`, `csv_file` and `workbook`, which look into bytes that a stranger may have made.
"""
