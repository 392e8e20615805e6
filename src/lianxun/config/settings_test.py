"""Settings of the test suite: the same roles on a throw-away cluster, made when a test asks for it.

Every alias keeps its own role, so that row security holds in tests as it does in service; all of them
show one database, cloned from a template that `lx_owner` migrated (tests/support/cluster.py).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from lianxun.config.settings import *  # noqa: F403
from lianxun.config.settings import DATABASES, TEMPLATES

SECRET_KEY = "only-for-tests"  # noqa: S105
LIANXUN_CONTEXT_KEY = "11" * 32
LIANXUN_EXCHANGE_KEY = "22" * 32
LIANXUN_DEMO = True
LIANXUN_READER_APART = (
    False  # tests of the child ask for it; elsewhere it would cost half a second each
)
# Tests of the trace look and beat by hand; elsewhere the number of statements stays the same.
LIANXUN_TRACE_LOOK_SECONDS = 0.0
LIANXUN_TRACE_HEARTBEAT_SECONDS = 0.0
ALLOWED_HOSTS = ["*"]

TEST_PASSWORD = "only-for-tests"  # noqa: S105 - the socket of the test cluster is its user's alone
# Where tests/support/cluster.py will start the cluster.
TEST_HOST = os.environ.get("LIANXUN_TEST_PG_HOST", "/nonexistent")

for _alias, _settings in DATABASES.items():
    _settings["HOST"] = TEST_HOST
    _settings["PORT"] = "5432"
    _settings["NAME"] = os.environ.get("LIANXUN_TEST_DB", "lianxun")
    _settings["PASSWORD"] = TEST_PASSWORD
    _settings["OPTIONS"] = {"connect_timeout": 10}
    if _alias != "default":
        # One database under several names: nothing is created or emptied twice.
        _settings["TEST"] = {"MIRROR": "default"}


UNKNOWN_VARIABLES: list[str] = []
"""What templates asked for and nothing gave them, since somebody last cleared it (tests/support/pages.py)."""


class _Unknown(str):
    """What a template shows for a variable that is not there: nothing, as in service, but it is kept.

    Django asks whether the text has a place for the name (`%s`) and fills it in. What an address does
    not say (`request.GET.q`) is empty, not unknown.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        if not str(name).startswith(("request.GET.", "request.POST.")):
            UNKNOWN_VARIABLES.append(str(name))
        return ""


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = _Unknown("unknown")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files straight from the rooms: nothing is collected, and no name carries a hash.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None  # type: ignore[assignment]  # whitenoise then looks for no folder

_kept = os.environ.get("LIANXUN_TEST_FILES", "")  # of the story, which outlives its process
_scratch = Path(_kept or f"{tempfile.gettempdir()}/lianxun-test-files-{os.getpid()}")
if not _kept:
    atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
for _left in Path(tempfile.gettempdir()).glob("lianxun-test-files-*"):  # of runs that were killed
    if not Path(f"/proc/{_left.name.rpartition('-')[2]}").exists() and Path("/proc/self").exists():
        shutil.rmtree(_left, ignore_errors=True)
os.environ["LIANXUN_SCRATCH"] = str(_scratch / "work")
MEDIA_ROOT = _scratch / "files"
LIANXUN_KEYSTORE = _scratch / "keystore"
LIANXUN_KEYSTORE_COPIES = _scratch / "keystore-copies"
