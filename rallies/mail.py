"""Letters that hand a link on. The address is in hand only while the letter is sent."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from rallies import conf

log = logging.getLogger(__name__)


class MailNotSent(Exception):
    """The letter did not leave; the link is as good as before."""


def sends_mail() -> bool:
    return bool(settings.SMTP.host)


def send_link(address: str, *, subject: str, what: str, link: str) -> None:
    """A few lines with `what` and the link. Raises `MailNotSent`.

    The log gets the kind of failure alone: what servers answer quotes the address.
    """
    warning = _("Nobody else should have this link: do not pass this letter on.")
    body = f"{what}\n\n{link}\n\n{warning}\n\n-- \n{conf.site_name()}\n{conf.site_url()}/\n"
    try:
        EmailMessage(subject=subject, body=body, to=[address]).send()
    except (OSError, ValueError) as error:
        # All of smtplib's are OSErrors; ValueError is an address that cannot stand in a header.
        log.warning("A letter was not sent: %s", type(error).__name__)
        raise MailNotSent from None
