"""Links that are shown once: how they are asked for, and the page that has one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import links
from rallies.mail import MailNotSent, send_link, sends_mail

from .forms import DeskForm


class LinkForm(DeskForm, forms.Form):
    """Asks for an address where the site can send mail; it is not stored."""

    address = forms.EmailField(
        label=gettext_lazy("Send it to"),
        required=False,
        help_text=gettext_lazy("An e-mail address, which is not stored. Empty: you hand the link on yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sends_mail():
            del self.fields["address"]


@dataclass(frozen=True, slots=True)
class MadeLink:
    """`path` holds the token; `subject` and `what` are what a letter says of it."""

    path: str
    subject: str
    what: str


def link_page(request: HttpRequest, made: MadeLink, *, address: str, back: str) -> HttpResponse:
    """The only page that ever shows the link. Not after a redirect: it would have to be kept for that."""
    link = links.absolute(made.path)
    sent = problem = ""
    if address:
        try:
            send_link(address, subject=made.subject, what=made.what, link=link)
            sent = _("It was sent to %(address)s.") % {"address": address}
        except MailNotSent:
            problem = _("It could not be sent. The link is good all the same: hand it on yourself.")
    context = {
        **admin.site.each_context(request),
        "title": made.subject,
        "what": made.what,
        "link": link,
        "sent": sent,
        "problem": problem,
        "back": back,
    }
    return TemplateResponse(request, "admin/rallies/link_once.html", context)
