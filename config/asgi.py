"""The site for ASGI servers, for those who have one. WSGI was several times faster here: see config/gunicorn.py."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()
