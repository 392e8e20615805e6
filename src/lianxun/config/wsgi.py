"""What the web server serves."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxun.config.settings")
application = get_wsgi_application()


def _open_ahead() -> None:
    from lianxun.regulations import index

    index.warm()


# The first question of a process must not wait for the index of the regulation library.
threading.Thread(target=_open_ahead, name="regulations-index", daemon=True).start()
