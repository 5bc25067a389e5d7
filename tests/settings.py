"""The settings of the site, in an environment that no developer's shell changes, with a directory of its own.

TEST_DATABASE_URL chooses the database; without it, a SQLite file, as in production: with WAL and real locks.
"""

import os
import re
import tempfile
from pathlib import Path

directory = tempfile.TemporaryDirectory(prefix="rallies-tests-")
_source = (Path(__file__).parent.parent / "config" / "settings.py").read_text(encoding="utf-8")

for _name in re.findall(r'env\.\w+\(\s*"(\w+)"', _source):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
os.environ["DATA_DIR"] = directory.name
os.environ["SECRET_KEY"] = "only for tests"
os.environ["SITE_URL"] = "http://testserver"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MEDIA_ROOT, STATIC_ROOT, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": f"{directory.name}/test.sqlite3"}

# Hashed names would need collectstatic before every run; the directories are there, or whitenoise warns.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir()
MEDIA_ROOT.mkdir()

# Slow on purpose elsewhere.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
