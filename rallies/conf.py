"""Settings of the site, under the names that the rooms use."""

from django.conf import settings


def site_name() -> str:
    return str(settings.SITE_NAME)


def site_url() -> str:
    return str(settings.SITE_URL)


def default_language() -> str:
    return str(settings.LANGUAGE_CODE)


def default_timezone() -> str:
    return str(settings.DEFAULT_TIME_ZONE)
