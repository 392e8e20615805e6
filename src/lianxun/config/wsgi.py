"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxun.config.settings")
application = get_wsgi_application()

from lianxun.config import serving  # noqa: E402 - needs the settings read

serving.prepare()
