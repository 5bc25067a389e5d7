from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or is about to be.

    In place of Django's own table, which does not say whose a session is. What it knows of the browser is what its
    person needs to recognize it: no address, and no more of its name than a few words.
    """

    # Without a constraint: Django makes a session again and again until the database takes it, for ever if the account
    # was deleted meanwhile.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, db_constraint=False, related_name="sessions"
    )
    began_at = models.DateTimeField(_("begun"), null=True)
    seen_at = models.DateTimeField(_("last seen"), null=True)
    device = models.CharField(_("device"), max_length=60, blank=True)

    def __str__(self) -> str:
        # Not the key, which would let its reader in.
        return self.device
