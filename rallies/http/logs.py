"""What the log does not repeat."""

import logging
import re

# As they stand in paths, and percent-encoded in the address that a page leads back to.
_TOKENS = re.compile(r"(account(?:/|%2F)(?:join|recover)(?:/|%2F))[\w.~%+-]+", re.IGNORECASE)


class WithoutTokens(logging.Formatter):
    """Lines without the tokens of links: whoever reads a log of failures could use them. Of the whole line, since a
    traceback may quote an address too."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKENS.sub(r"\1…", super().format(record))
