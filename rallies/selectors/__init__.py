"""Named questions. Each answers with everything prefetched, and with public values only.

Nothing here writes, reads a clock or knows HTTP: `now` and `today` come from the door.
"""
