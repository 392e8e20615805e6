"""What the web process writes for whoever keeps the machine: where something failed, never about what.

Django's own loggers name the address of a request, and the text of an error may repeat a value of a row.
Both may say that a lead exists to somebody who must not know it. ``WithoutMatter`` leaves the name of the
route, the places in the code and the kind of the error.
"""

from __future__ import annotations

import logging
import traceback

from django.http import HttpRequest


def where(request: HttpRequest) -> str:
    """The name of the address, never the address: it holds ids, and what a person typed."""
    match = request.resolver_match
    return match.view_name if match is not None and match.view_name else "an unnamed address"


class WithoutMatter(logging.Filter):
    """Takes addresses and texts of errors out of records that belong to a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return True
        said = (request.path, request.path_info, request.get_full_path())
        if isinstance(record.args, tuple):
            record.args = tuple(where(request) if a in said else a for a in record.args)
        if any(words and words in record.getMessage() for words in said if words != "/"):
            record.msg, record.args = "%s at %s", (record.levelname.lower(), where(request))
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = _places(record.exc_info[0], record.exc_info[2])
        return True


def _places(kind: type[BaseException], frames: object) -> str:
    """Where it happened and what kind of error; its text stays out."""
    lines = traceback.extract_tb(frames)  # type: ignore[arg-type]
    told = "".join(f'  File "{f.filename}", line {f.lineno}, in {f.name}\n' for f in lines)
    return f"{told}{kind.__module__}.{kind.__qualname__}"
