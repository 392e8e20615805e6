"""The acts of the pages by machine: every one of them is there, and is the same act with one record."""

from __future__ import annotations

import functools
import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from lianxun.api.service import api
from lianxun.fabric.identity import acting_as
from lianxun.leads import operations as leads
from lianxun.leads.models import Lead
from lianxun.web import machine
from tests.api.test_api import NOBODYS, caller
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen

DOCUMENTED = {"200", "400", "401", "403", "404", "409", "422", "503"}
QUEUED = ("/deliveries", "/do/deliver", "/do/correct")  # a large file is left to a job
WHO = ("coordinator", "neighbour", "contact")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


@functools.cache
def described() -> dict[str, Any]:
    """The description of the interface; putting it together takes seconds."""
    import lianxun.config.urls  # noqa: F401 - puts the acts of the pages into the interface

    return dict(api.get_openapi_schema())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, description) of everything the interface offers."""
    return [
        (method, path, said)
        for path, methods in described()["paths"].items()
        for method, said in methods.items()
    ]


def address(path: str) -> str:
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + NOBODYS + path[end + 1 :]
    return path


def sample(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """A value that fits the description, as small as possible."""
    if "$ref" in schema:
        return sample(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], whole)
    kind, form = schema.get("type"), schema.get("format")
    if kind == "object":
        return {k: sample(schema["properties"][k], whole) for k in schema.get("required", ())}
    if kind == "array":
        return []
    return {
        ("string", "uuid"): NOBODYS,
        ("string", "date"): "2026-11-22",
        ("string", "date-time"): "2026-11-22T09:00:00+08:00",
        ("string", "binary"): io.BytesIO(b"x"),
    }.get(
        (str(kind), str(form)), {"integer": 1, "boolean": False, "number": 1}.get(str(kind), "字")
    )


def send(client: Client, method: str, path: str, said: dict[str, Any]) -> Any:
    """Call an operation about what does not exist, with a body that fits its description."""
    url, content = address(path), said.get("requestBody", {}).get("content", {})
    query = {
        p["name"]: sample(p["schema"], described())
        for p in said.get("parameters", ())
        if p["in"] == "query" and p.get("required")
    }
    if method == "get":
        return client.get(url, query)
    if "multipart/form-data" in content:
        body = sample(content["multipart/form-data"]["schema"], described())
        for value in body.values():
            if isinstance(value, io.BytesIO):
                value.name = "材料.txt"
        return client.post(url, body)
    found = content.get("application/json", {}).get("schema")
    body = sample(found, described()) if found else {}
    return client.post(url, body, content_type="application/json")


def test_the_description_is_whole() -> None:
    said = operations()
    assert len(said) >= 120
    assert len({o["operationId"] for _, _, o in said}) == len(said)
    for method, path, one in said:
        more = {"202"} if path.endswith(QUEUED) else set()
        assert {str(code) for code in one["responses"]} == DOCUMENTED | more, (method, path)
        assert one["summary"], path


def test_every_act_of_the_pages_is_there_or_named_here() -> None:
    """An act that a page offers and a machine may not carry out has its reason in ``web.machine``."""
    from lianxun.web.leads import views

    paths = {path for _, path, _ in operations()}
    for table in machine.TABLES:
        for name in table.acts:
            assert f"/api/v1{table.path}/{{object_id}}/do/{name}" in paths
    left = set(views.ACTS) - set(machine.TABLES[0].acts)
    assert left == {"ask_identity", "shred", "attach_sealed"}


@pytest.mark.parametrize("who", WHO)
def test_about_nothing_every_operation_answers_as_described_with_one_record(
    cast: Any, heard: Recorded, who: str
) -> None:
    client, wrong = caller(cast, who), []
    for method, path, said in operations():
        heard.clear()
        answer = send(client, method, path, said)
        results = [(r["act"], r["result"]) for r in heard]
        status = answer.status_code
        fits = (
            str(status) in DOCUMENTED
            and status < 500
            and len(results) == 1
            and (NOBODYS not in address(path) or status in (403, 404, 422))
            and (status not in (403, 404) or results[0][1] == "deny")
        )
        if not fits:
            wrong.append((method, path, status, results))
    assert wrong == []


def test_a_body_that_does_not_fit_is_on_record_too(cast: Any, heard: Recorded) -> None:
    client, wrong = caller(cast, "coordinator"), []
    sent = [path for method, path, _ in operations() if method == "post"]
    for path in sent:
        heard.clear()
        answer = client.post(address(path), "[1,", content_type="application/json")
        told = answer.json()
        if answer.status_code not in (400, 404, 422) or len(heard) != 1 or not told["message"]:
            wrong.append((path, answer.status_code, [r["act"] for r in heard]))
    assert wrong == []
    assert len(sent) > 80


def test_without_a_token_every_operation_is_closed(db: None, heard: Recorded) -> None:
    for method, path, said in operations():
        assert send(Client(), method, path, said).status_code == 401, path
    assert heard == []


# --- one act, whole ----------------------------------------------------------------------------------


def a_lead(cast: Any) -> UUID:
    return leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映采购问题",
        summary="2025年以来多次拆分采购。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )


def screen(client: Client, lead: UUID, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"/api/v1/leads/{lead}/do/screen", body, content_type="application/json", headers=headers
    )


def state_of(lead: UUID) -> str:
    with acting_as(account_id("coordinator")), transaction.atomic():
        return Lead.objects.get(id=lead).state


def test_an_act_by_machine_is_the_act_of_the_page(cast: Any, heard: Recorded) -> None:
    lead, client = a_lead(cast), caller(cast, "coordinator")
    heard.clear()
    answer = screen(client, lead, {"discipline": "integrity", "revision": 1})
    assert (answer.status_code, answer.json()) == (200, {"done": True, "id": None})
    assert state_of(lead) == "screened"
    (record,) = heard
    assert (record["act"], record["obj_id"], record["result"]) == (
        "leads.screen",
        str(lead),
        "allow",
    )


def test_what_is_made_is_named(cast: Any) -> None:
    lead, client = a_lead(cast), caller(cast, "coordinator")
    with io.BytesIO("材料一".encode()) as file:
        file.name = "材料.txt"
        answer = client.post(
            f"/api/v1/leads/{lead}/do/attach", {"title": "台账", "revision": 1, "file": file}
        )
    assert answer.status_code == 200, answer.content.decode()
    assert UUID(answer.json()["id"])


@pytest.mark.parametrize(
    ("body", "status", "code", "place"),
    [
        ({"discipline": "integrity", "revision": 7}, 409, "stale", ""),
        ({"discipline": "integrity"}, 422, "invalid", "revision"),
        ({"discipline": "nonsense", "revision": 1}, 422, "invalid", "discipline"),
        ({"revision": 1}, 422, "invalid", "body.body.discipline"),
        ({"discipline": "integrity", "revision": "x"}, 422, "invalid", "body.body.revision"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_says_where(
    cast: Any, heard: Recorded, body: dict[str, Any], status: int, code: str, place: str
) -> None:
    lead, client = a_lead(cast), caller(cast, "coordinator")
    heard.clear()
    answer = screen(client, lead, body)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert [e["place"] for e in told["errors"]] == ([place] if place else [])
    assert state_of(lead) == "registered"
    assert [r["result"] for r in heard] == ["none"]
    if place.startswith("body."):  # no act was reached: the record names the call
        assert heard[0]["detail"]["method"] == "POST"


def test_a_wrong_state_is_said_and_a_stranger_finds_nothing(cast: Any, heard: Recorded) -> None:
    """Whoever sees the object learns that the act is not there now; for others there is no object."""
    lead = a_lead(cast)
    client = caller(cast, "coordinator")
    approve = f"/api/v1/leads/{lead}/do/approve"
    wrong = client.post(approve, {"revision": 1}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_state")
    heard.clear()
    body = {"discipline": "work", "revision": 1}
    missing = screen(client, UUID(NOBODYS), body)
    for who in ("neighbour", "finance", "contact"):
        answer = screen(caller(cast, who), lead, body)
        assert (answer.status_code, answer.json()) == (404, missing.json())
    denied = [r for r in heard if r["act"].startswith("api.leads.lead")]
    assert [r["result"] for r in denied] == ["deny"] * 4


def test_a_repetition_has_no_second_effect(cast: Any) -> None:
    lead, client, key = a_lead(cast), caller(cast, "coordinator"), str(uuid4())
    body = {"discipline": "integrity", "revision": 1}
    assert screen(client, lead, body, key).status_code == 200
    again = screen(client, lead, body, key)
    assert (again.status_code, again.json()["code"]) == (409, "repeated")
    assert screen(client, lead, body, "no-uuid").status_code == 422


def test_a_file_the_platform_refuses_is_refused_by_machine(cast: Any) -> None:
    lead, client = a_lead(cast), caller(cast, "coordinator")
    with io.BytesIO(b"MZ\x90\x00" + b"\x00" * 200) as file:
        file.name = "程序.exe"
        answer = client.post(
            f"/api/v1/leads/{lead}/do/attach", {"title": "台账", "revision": 1, "file": file}
        )
    assert answer.status_code == 422
    assert answer.json()["errors"]


READS = {
    "/api/v1/rounds": "coordinator",
    "/api/v1/obstacles": "coordinator",
    "/api/v1/coverage": "coordinator",
    "/api/v1/questions": "coordinator",
    "/api/v1/receipts": "coordinator",
    "/api/v1/unit-keys": "coordinator",
    "/api/v1/sharings": "coordinator",
    "/api/v1/joint-tasks": "coordinator",
    "/api/v1/look-back-asks": "coordinator",
    "/api/v1/support-plans": "coordinator",
    "/api/v1/corroborations": "audit",
    "/api/v1/meetings": "coordinator",
    "/api/v1/decisions": "coordinator",
}


@pytest.mark.parametrize("url", READS)
def test_every_list_of_what_acts_are_about_opens(cast: Any, heard: Recorded, url: str) -> None:
    client = caller(cast, READS[url])
    heard.clear()
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()
    assert [r["result"] for r in heard] == ["allow"]
