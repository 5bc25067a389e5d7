from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, in_choices, remembered


class SitePage(Dated):
    """An operator's own text of one of the pages that every site has. No row: the shipped text stands."""

    key = models.CharField(_("page"), max_length=20, primary_key=True, choices=enums.site_page_keys, editable=False)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), help_text=_("Markdown."))

    history = remembered()

    class Meta:
        verbose_name = _("page of the site")
        verbose_name_plural = _("pages of the site")
        ordering = ["key"]
        constraints = [
            in_choices("key", enums.SitePageKey.values, name="site_page_known"),
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(text=""), name="site_page_says_something"),
        ]

    def __str__(self) -> str:
        return self.get_key_display()
