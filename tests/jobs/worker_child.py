"""The job worker that a test kills: ``python -m tests.jobs.worker_child FILES KEYSTORE COPIES``.

The same program as the launcher's, over the test's own database (named by the environment) and folders.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianxun.config.settings_test"
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    files, keystore, copies = (Path(word) for word in sys.argv[1:])
    settings.MEDIA_ROOT, settings.LIANXUN_KEYSTORE = files, keystore
    settings.LIANXUN_KEYSTORE_COPIES = copies
    settings.LIANXUN_READER_APART = True  # as in service
    call_command("procrastinate", "worker", "--concurrency", "1")


if __name__ == "__main__":
    main()
