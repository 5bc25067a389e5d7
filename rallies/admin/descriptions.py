"""The field for Markdown, with what the public sees of it below."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from rallies.text import clean_text, markdown_to_html

LONGEST = 20_000
"""Characters that are previewed: more is no description that somebody types."""


class MarkdownWidget(forms.Textarea):
    """Its preview is there with scripts; without them, "view as the public" shows the same."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {"field": super().render(name, value, attrs, renderer), "name": name}
        return render_to_string("admin/rallies/markdown.html", context)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The description as pages show it; a piece of HTML. By POST, since a description is longer than an address."""
    text = clean_text(request.POST.get("description", "")[:LONGEST])
    # Sanitised by the same function as that of the public pages.
    html = mark_safe(markdown_to_html(text))  # noqa: S308
    return HttpResponse(render_to_string("admin/rallies/markdown_said.html", {"html": html}))
