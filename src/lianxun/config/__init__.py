"""Settings, URLs, WSGI and the launcher: the only room that names every other room.

Importing this package must stay free of Django and of third-party modules: the launcher reads its
command table with nothing but the standard library.
"""
