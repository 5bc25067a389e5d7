"""`{% stylesheets "public" %}`: links to a bundle of styles, or to its parts where none was made."""

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from rallies.styles import bundle_file, parts_of

register = template.Library()


@register.simple_tag
def stylesheets(bundle: str) -> SafeString:
    # With DEBUG files are sent as they lie there, so that a change is seen at once.
    is_made = getattr(staticfiles_storage, "has_bundles", False) and not settings.DEBUG
    names = [bundle_file(bundle)] if is_made else parts_of(bundle)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))
