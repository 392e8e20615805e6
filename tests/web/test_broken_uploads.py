"""A connection that breaks while a form is sent: nothing half done. And what the upload's script is told."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lianxun.exchange.models import Incoming
from lianxun.fabric.identity import acting_as
from lianxun.leads.models import Lead
from lianxun.web.middleware import UnreadablePostError, _Whole
from tests.api.test_acts import a_lead
from tests.api.test_api import caller
from tests.exchange.support import PROVIDER, good_csv, look, sent
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import client_of

BOUNDARY = "between"


def cut(client: Client, path: str, body: bytes, kind: str, *, kept: int, **more: str) -> Any:
    """Send the first ``kept`` bytes of a body that says it is whole."""
    return client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body[:kept]),
            **more,
        }
    )


def leads() -> int:
    with acting_as(account_id("clerk")), transaction.atomic():
        return Lead.objects.count()


LEAD = {
    "source": "petition",
    "title": "反映采购问题",
    "discipline": "integrity",
    "subject_org": str(unit_id("YL-JT")),
    "summary": "2025年以来多次拆分采购，" * 40,
}


def test_half_a_text_is_not_registered(cast: Any) -> None:
    client, body = client_of("clerk"), urlencode(LEAD).encode()
    form = "application/x-www-form-urlencoded"
    before = leads()
    for kept in (0, len(body) // 2, len(body) - 9):
        answer = cut(client, "/leads/new/form/", body, form, kept=kept)
        assert answer.status_code in (400, 403), kept
        assert leads() == before
    assert "没有保存任何内容" in answer.content.decode()
    assert cut(client, "/leads/new/form/", body, form, kept=len(body)).status_code == 302
    assert leads() == before + 1


def multipart(revision: int, rows: int) -> bytes:
    fields = {"revision": str(revision)}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="采购.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    tail = (
        f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="declared_sha256"\r\n\r\n'
        f"\r\n--{BOUNDARY}--\r\n"
    )
    return b"".join([*parts, head.encode(), good_csv(rows), tail.encode()])


@pytest.mark.parametrize("by", ["page", "machine"])
@pytest.mark.parametrize("missing", [8, 60, 4000], ids=["end", "field", "rows"])
def test_half_a_delivery_is_none(cast: Any, by: str, missing: int) -> None:
    found = sent(cast)
    body = multipart(look(cast, found, PROVIDER).revision, 200)
    client = client_of(PROVIDER) if by == "page" else caller(cast, PROVIDER)
    path = f"/requests/{found}/deliver/" if by == "page" else f"/api/v1/requests/{found}/deliveries"
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = cut(client, path, body, kind, kept=len(body) - missing)
    assert answer.status_code in (400, 403)
    assert (look(cast, found).state, look(cast, found).deliveries) == ("sent", ())
    assert not waiting(found)
    assert cut(client, path, body, kind, kept=len(body)).status_code in (200, 302)
    assert look(cast, found).deliveries[-1].rows == 200


def waiting(request_id: UUID) -> bool:
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        return Incoming.objects.filter(request=request_id).exists()


def test_half_a_call_of_a_machine_is_answered_in_words(cast: Any) -> None:
    lead, body = a_lead(cast), b'{"discipline": "integrity", "revision": 1}   '
    path, kind = f"/api/v1/leads/{lead}/do/screen", "application/json"
    client = caller(cast, "coordinator")
    answer = cut(client, path, body, kind, kept=len(body) - 2)  # whole as JSON, and yet cut off
    assert answer.status_code == 400
    assert "连接中断" in answer.content.decode()
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert Lead.objects.get(id=lead).state == "registered"


@given(st.binary(max_size=300), st.integers(0, 40), st.integers(1, 64))
def test_a_body_is_read_whole_or_not_at_all(body: bytes, lost: int, block: int) -> None:
    lost = min(lost, len(body))
    stream = _Whole(BytesIO(body[: len(body) - lost]), len(body))
    got = b""
    try:
        while part := stream.read(block):
            got += part
    except UnreadablePostError:
        assert lost
        assert body.startswith(got)
    else:
        assert not lost
        assert got == body


@given(st.binary(max_size=200), st.booleans())
def test_lines_are_counted_like_blocks(body: bytes, lost: bool) -> None:
    kept = body[:-1] if lost else body
    stream, lines = _Whole(BytesIO(kept), len(body)), []
    try:
        while line := stream.readline():
            lines.append(line)
    except UnreadablePostError:
        assert kept != body
    else:
        assert b"".join(lines) == body


# --- what the script is told --------------------------------------------------------------------------


def test_the_script_goes_on_itself_and_what_was_done_is_said_there(cast: Any) -> None:
    found, client = sent(cast), client_of(PROVIDER)
    path = f"/requests/{found}/deliver/"
    body = {
        "file": SimpleUploadedFile("采购.csv", good_csv()),
        "revision": look(cast, found, PROVIDER).revision,
    }
    answer = client.post(path, body, headers={"X-Upload": "1"})
    assert (answer.status_code, answer["X-Goes-On"]) == (204, f"/requests/{found}/")
    assert "Location" not in answer
    assert "数据已提供，等待验收" in client.get(answer["X-Goes-On"]).content.decode()


def test_a_refusal_is_the_page_as_without_the_script(cast: Any) -> None:
    found, client = sent(cast), client_of(PROVIDER)
    body = {"revision": 1, "declared_rows": "17"}
    answer = client.post(f"/requests/{found}/deliver/", body, headers={"X-Upload": "1"})
    assert answer.status_code == 422
    assert "请选择“数据文件”" in answer.content.decode()
    assert "X-Goes-On" not in answer


def test_whoever_is_signed_out_meanwhile_goes_to_the_sign_in(db: None) -> None:
    answer = Client().post("/requests/pack/", {}, headers={"X-Upload": "1"})
    assert answer.status_code == 204
    assert answer["X-Goes-On"].startswith("/accounts/login/?next=")
