"""The site for WSGI servers; `make run` serves it with gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Now, and once for all workers; otherwise the first visitor of each waits, or is the first to see a broken import.
_ = get_resolver().url_patterns
