"""The last good bodies of feeds, which are sent while the database does not answer: forgotten when they tell too much."""

import logging

from django.db import transaction

from rallies import conf

logger = logging.getLogger(__name__)


def forget_last_good() -> None:
    """Delete the last good body of every feed of this machine, once the transaction is done.

    For what takes something off the calendar that was public: nobody may have asked since when the database goes away. All
    of them, since any may tell of it; those that are asked for are put again within the hour.
    """
    transaction.on_commit(_delete)


def _delete() -> None:
    try:
        for path in conf.feeds_directory().glob("*.ics.gz"):
            path.unlink(missing_ok=True)
    except OSError:
        logger.exception("The last good bodies of feeds cannot be deleted")
