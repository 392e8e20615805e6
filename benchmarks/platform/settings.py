"""The platform's settings with two changes: a password hasher that costs nothing, and, with
``LIANXUN_BENCH_PLAIN``, a database role that row security does not bind (the baseline)."""

from __future__ import annotations

import os

from lianxun.config.settings import *  # noqa: F403
from lianxun.config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("LIANXUN_BENCH_PLAIN"):
    DATABASES["default"]["USER"] = "lx_plain"
