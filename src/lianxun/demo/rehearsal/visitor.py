"""Somebody in front of a browser without scripts: signs in, opens pages, fills in their forms."""

from __future__ import annotations

import http.cookiejar
import mimetypes
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from lxml import html


class RehearsalError(Exception):
    """The platform did not do what the script expects; the text names page and message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came, after redirects."""

    status: int
    url: str
    text: str

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    def document(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)


Upload = tuple[str, bytes]
IDENTIFIED = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/")
"""An address of one object: what strangers must not be able to open."""


class Visitor:
    """One person with a session of his own, who remembers what he did and saw.

    ``visits`` counts requests, ``acts`` forms that were carried out; ``opened`` holds the addresses of
    objects that opened for him; ``heard`` where words stood that nobody may read (``silence``).
    """

    def __init__(self, base: str, name: str, silence: Sequence[str] = ()) -> None:
        self.base, self.name, self.visits, self.acts = base, name, 0, 0
        self.silence = silence
        self.opened: set[str] = set()
        self.heard: list[str] = []
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar)
        )

    def sign_in(self, password: str) -> None:
        self.submit("/accounts/login/", login=self.name, password=password)
        self.acts = 0  # signing in is no act of the inspection
        if "登录联巡" in self.get("/").text:
            raise RehearsalError(f"{self.name} 无法登录")

    def get(self, path: str) -> Answer:
        return self._send(urllib.request.Request(urllib.parse.urljoin(self.base, path)))  # noqa: S310

    def submit(self, path: str, *, button: str = "", **fields: object) -> Answer:
        """Open ``path``, fill in the form that has the given fields (or the button), send it.

        Raises ``RehearsalError`` with the page's own words when the form comes back.
        """
        page = self.get(path)
        if page.status != 200:
            raise RehearsalError(f"{self.name} 打不开 {path}（{page.status}）：{_words(page)}")
        form = _form(page, set(fields), button)
        if form is None:
            raise RehearsalError(f"{self.name} 在 {path} 没有找到表单：{sorted(fields) or button}")
        values, uploads = _filled(form, fields)
        if button:
            values.append((button, "1"))
        target = urllib.parse.urljoin(page.url, form.get("action") or page.url)
        answer = self._post(target, values, uploads, referer=page.url)
        if answer.status >= 400:
            raise RehearsalError(
                f"{self.name} 提交 {path} 未成功（{answer.status}）：{_words(answer)}"
            )
        self.acts += 1
        return answer

    def push(self, path: str) -> Answer:
        """Send an empty form to an address without opening it first, as somebody would who guesses it."""
        token = next((c.value for c in self._jar if c.name == "csrftoken"), "") or ""
        values = [("csrfmiddlewaretoken", token)]
        url = urllib.parse.urljoin(self.base, path)
        return self._post(url, values, {}, referer=url)

    def _post(
        self, url: str, values: list[tuple[str, str]], uploads: dict[str, Upload], *, referer: str
    ) -> Answer:
        if uploads:
            body, kind = _multipart(values, uploads)
        else:
            body, kind = (
                urllib.parse.urlencode(values).encode(),
                "application/x-www-form-urlencoded",
            )
        request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310
        request.add_header("Content-Type", kind)
        request.add_header("Referer", referer)
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> Answer:
        self.visits += 1
        try:
            with self._opener.open(request, timeout=60) as answer:
                found = Answer(answer.status, answer.url, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            found = Answer(error.code, request.full_url, error.read().decode("utf-8", "replace"))
        if found.status == 200 and IDENTIFIED.search(found.path):
            self.opened.add(found.path)
        if any(word in found.text for word in self.silence):
            self.heard.append(found.path)
        return found


def _form(page: Answer, wanted: set[str], button: str) -> html.FormElement | None:
    for form in page.document().forms:
        names = {e.get("name") for e in form.iter("input", "select", "textarea", "button")}
        if "/accounts/logout/" in (form.get("action") or "") or form.get("role") == "search":
            continue
        if form.get("method", "get").lower() == "post" and (
            (button and button in names) or (not button and wanted <= names)
        ):
            return form
    return None


def _filled(
    form: html.FormElement, given: dict[str, object]
) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    values = [(k, v) for k, v in form.form_values() if k not in given]
    uploads: dict[str, Upload] = {}
    for name, value in given.items():
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes):
            uploads[name] = value
        elif isinstance(value, (list, tuple)):
            values.extend((name, str(v)) for v in value)
        elif value is True:
            values.append((name, "on"))
        elif value is not False and value is not None:
            values.append((name, str(value)))
    return values, uploads


def _multipart(values: list[tuple[str, str]], uploads: dict[str, Upload]) -> tuple[bytes, str]:
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in values
    ]
    for field, (name, data) in uploads.items():
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(
        parts
    ) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _words(page: Answer) -> str:
    found = page.document().xpath(
        "//*[contains(@class,'lx-problem') or contains(@class,'lx-field-error')]"
    )
    return "；".join(" ".join(e.text_content().split()) for e in found)[:400] or page.text[:200]
