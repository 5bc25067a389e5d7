"""Reading and filling forms of the desk."""

import re
from datetime import UTC, datetime
from html import unescape

from django.http import HttpResponse
from django.test import Client

from rallies.admin.repeats import RepeatsField
from rallies.admin.reveals import MomentField

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def errors_of(response: HttpResponse) -> dict[str, str]:
    """What stands beside the fields: the first error of each."""
    html = response.content.decode()
    return dict(re.findall(r'class="errorlist" id="id_([\w-]+)_error"><li>(.*?)</li>', html))


def told_of(desk: Client, path: str) -> list[list[str]]:
    """The words of each line of a history, without the links that lead back: when, who, and what."""
    html = desk.get(path).content.decode().partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", re.sub(r"<a .*?</a>", "", html, flags=re.DOTALL), re.DOTALL)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def messages_of(response: HttpResponse) -> list[str]:
    """What the page says at its top."""
    return [str(message) for message in response.context["messages"]]


def shown(desk: Client, path: str) -> dict[str, object]:
    """What a browser would send back of a form that nobody touched, its inlines included."""
    page = desk.get(path).context
    sent: dict[str, object] = {}
    for form in _forms(page):
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, RepeatsField):
                sent |= {f"{bound.html_name}_{part}": typed for part, typed in bound.field.widget.parts(value).items()}
                sent[f"initial-{bound.html_name}"] = value or ""
                continue
            if isinstance(bound.field, MomentField):
                typed = dict(zip(("day", "time"), value or ["", ""], strict=True))
                for prefix in ("", "initial-"):
                    sent |= {f"{prefix}{bound.html_name}_{part}": text for part, text in typed.items()}
                continue
            prefix = "initial-" if bound.field.show_hidden_initial else ""
            for name in {bound.html_name, f"{prefix}{bound.html_name}"}:
                if value is None or value is False or value == "":
                    continue
                sent[name] = "on" if value is True and name == bound.html_name else value
    return sent


def _forms(page):
    yield page["adminform"].form
    for inline in page["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.initial_forms
