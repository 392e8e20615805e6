"""§12: every form of the platform with bad input. Never a fault; a sentence in Chinese at each wrong field;
what was typed stays; nothing is done, not even half of it: the tables look as before."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.utils.datastructures import MultiValueDict

import lianxun.config.urls  # noqa: F401 - loads every page
from lianxun.access.models import Account
from lianxun.fabric.identity import acting_as
from lianxun.web.acts import Act, NoFields, act_page
from lianxun.web.forms import ActForm
from tests.api.test_acts import a_lead
from tests.support import cluster
from tests.support.sheets import (
    BROKEN,
    LONG,
    NEVER,
    Place,
    Sheet,
    body,
    forms_on,
    kind_of,
    parse,
    wrong,
)
from tests.web.every_form import rows
from tests.web.test_pages import client_of
from tests.web.walk import links, opened, walk

story_world = pytest.mark.django_db(transaction=True)
REFUSED = (400, 403, 404, 409, 413, 422, 503)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FEW = 8  # objects of one list that are looked at for the one that has the form
# What may be written although nothing is done: that somebody tried, and what the negative list stopped.
ASIDE = re.compile(
    r"^(trace\.|public\.(django_session|fabric_submission|exchange_refusalreceipt|mfa_|usersessions_))"
)


class Browsers:
    """A client for each person, and the pages that were opened."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._pages: dict[tuple[str, str], Any] = {}

    def __getitem__(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = client_of(who)
            self._clients[who].raise_request_exception = False
        return self._clients[who]

    def page(self, who: str, path: str) -> Any:
        if (who, path) not in self._pages:
            self._pages[who, path] = opened(self[who], path)
        return self._pages[who, path]

    def sheet(self, key: str, who: str, steps: tuple[str, ...]) -> Sheet | None:
        """The form at the end of the way; the first of the objects on it that has one."""
        return self._find(key, who, steps[0], steps[1:])

    def _find(self, key: str, who: str, path: str, steps: tuple[str, ...]) -> Sheet | None:
        page = self.page(who, path)
        if page is None:
            return None
        if not steps:
            return next((s for s in forms_on(path, page) if s.key == key), None)
        on = [a for a in dict.fromkeys(links(page)) if " ".join(kind_of(a) or ()) == steps[0]]
        found = (self._find(key, who, a, steps[1:]) for a in on[:FEW])
        return next((s for s in found if s is not None), None)

    def post(self, who: str, sheet: Sheet, sent: Mapping[str, Any]) -> Any:
        return self[who].post(sheet.path, **body(sent, files=sheet.files))


@pytest.fixture
def footprint(story: Any) -> Iterator[Any]:
    """A look at all tables: how many rows each has and when one was written last."""
    with cluster.superuser(str(connection.settings_dict["NAME"])) as server:
        known = server.execute(
            "select schemaname || '.' || relname from pg_stat_user_tables order by 1"
        )
        names = [str(n) for (n,) in known.fetchall() if not ASIDE.search(str(n))]
        question = " union all ".join(
            f"select '{n}', count(*), coalesce(max(xmin::text::bigint), 0) from {n}" for n in names
        ).encode()

        def look() -> dict[str, tuple[int, int]]:
            return {n: (c, x) for n, c, x in server.execute(question).fetchall()}

        yield look


def form_of(answer: Any) -> ActForm | None:
    """The form that the answer shows again."""
    for context in answer.context or ():
        layers = context if not isinstance(context, dict) else [context]
        for layer in layers:
            values = layer.values() if isinstance(layer, dict) else layer.flatten().values()
            found = next((v for v in values if isinstance(v, ActForm) and v.is_bound), None)
            if found is not None:
                return found
    return None


def name_of(field: forms.Field) -> str:
    return str(field.label or "").split("（")[0].rstrip("？")


def unnamed(form: ActForm, names: set[str]) -> list[str]:
    """Fields whose own message does not name them, or that have none."""
    bad = []
    for name in sorted(names & set(form.fields)):
        words = "；".join(str(e) for e in form.errors.get(name, ()))
        if name_of(form.fields[name]) not in words:
            bad.append(f"{name}: {words or '没有提示'}")
    return bad


def lost(page: Any, sheet: Sheet, sent: Mapping[str, Any]) -> list[str]:
    """What was typed and does not stand in the form any more."""
    again = next((s for s in forms_on(sheet.path, page) if s.key == sheet.key), None)
    if again is None:
        return ["the whole form"]
    now = {p.name: p for p in again.places}
    return [
        p.name
        for p in sheet.typed
        if p.kind in ("text", "area", "number", "date", "select", "radio")
        and isinstance(value := sent.get(p.name), str)
        and value.strip()
        and "\x00" not in value
        and (p.kind in ("text", "area", "number", "date") or value in p.options)
        and (p.name not in now or now[p.name].value.strip() != value.strip())
    ]


def fault(answer: Any, what: str) -> list[str]:
    """Why this is no refusal as it should be."""
    if answer.status_code >= 500 and answer.status_code != 503:
        return [f"{what}: {answer.status_code}"]
    if answer.status_code in REFUSED and not CHINESE.search(answer.content.decode()):
        return [f"{what}: no words"]
    return []


def tried(answer: Any, sheet: Sheet, sent: Mapping[str, Any], names: set[str]) -> list[str]:
    """What is wrong with the answer to ``sent``, in which the fields ``names`` are wrong."""
    problems = fault(answer, "")
    if answer.status_code in (301, 302):
        return [*problems, f"accepted with {sorted(names)}"] if names else problems
    form = form_of(answer)
    if answer.status_code != 422 or form is None:
        return problems if problems or not names else [f"{answer.status_code}, no form"]
    problems += unnamed(form, names)
    return problems + [f"lost {n}" for n in lost(parse(answer.content), sheet, sent)]


def required(sheet: Sheet) -> set[str]:
    return {p.name for p in sheet.typed if p.required and p.kind not in ("check",)}


def all_wrong(sheet: Sheet, turn: int) -> tuple[dict[str, Any], set[str]]:
    """Every field with a value that it can never hold."""
    bad = {p.name: v for p in sheet.typed if (v := wrong(p, turn)) is not None}
    return sheet.hidden() | bad, {n for n in bad if not _any_file(sheet, n)}


def _any_file(sheet: Sheet, name: str) -> bool:
    return any(p.name == name and p.kind == "file" and not p.required for p in sheet.places)


# Forms whose answer is a list of results, each row for itself, or a page without fields to be named.
ROWS_ANSWERED = re.compile(
    r"^(leads:(handover|batch|list)|approvals:inbox|duties:letters)|:people many$"
)


# The dates of the story count from today, and a form may open or close with one: so many may be missing.
UNMET = 4


def met(browsers: Browsers) -> dict[str, tuple[str, Sheet]]:
    """The forms of the table that are there today, by key: who has it, and the form."""
    found = {}
    for key, (who, steps) in rows().items():
        sheet = browsers.sheet(key, who, steps)
        if sheet is not None:
            found[key] = (who, sheet)
    missing = sorted(set(rows()) - set(found))
    assert len(missing) <= UNMET, missing
    return found


@story_world
def test_every_form_says_what_is_wrong_and_sent_twice_has_one_effect(
    story: Any, footprint: Any
) -> None:
    """The three share a world and the opened pages: until the last nothing has changed."""
    browsers = Browsers()
    forms_met = met(browsers)
    assert "\n".join(spoilt(browsers, forms_met, footprint)) == ""
    problems, tries = one_by_one(browsers, forms_met, footprint, turns=EVERYDAY)
    assert "\n".join(problems) == ""
    assert tries >= 40
    done, problems = twice(browsers, forms_met, footprint)
    assert "\n".join(problems) == ""
    assert len(done) >= 30, done


Met = Mapping[str, tuple[str, Sheet]]


def spoilt(browsers: Browsers, forms_met: Met, footprint: Any) -> list[str]:
    """Each form empty, each field wrong in two ways, the page a stale one: what is not as it should be."""
    problems = []
    before = footprint()
    for key, (who, sheet) in forms_met.items():
        tries: list[tuple[str, dict[str, Any], set[str]]] = [
            ("empty", sheet.hidden() | {p.name: "" for p in sheet.typed}, required(sheet))
        ]
        if sheet.typed:
            tries += [(f"wrong {turn}", *all_wrong(sheet, turn)) for turn in (0, 1)]
        if any(p.name == "revision" for p in sheet.places):
            tries.append(("stale", sheet.filled() | {"revision": "97"}, set()))
        for what, sent, names in tries:
            if what == "empty" and not names:
                continue  # an empty one may be right
            answer = browsers.post(who, sheet, sent)
            found = tried(answer, sheet, sent, set() if ROWS_ANSWERED.search(key) else names)
            if what == "stale" and answer.status_code not in REFUSED:
                found.append(f"{answer.status_code}")
            problems += [f"{key} ({who} {sheet.path}) {what}: {p}" for p in found]
    after = footprint()
    return problems + [f"half done: {n}" for n in after if before[n] != after[n]]


def one_by_one(
    browsers: Browsers, forms_met: Met, footprint: Any, *, turns: int | None
) -> tuple[list[str], int]:
    """Each field wrong while all others are right: what is not as it should be, and how many were tried.

    ``turns``: only every so many of the pairs of a field and a wrong value, all forms in turn.
    """
    problems, number, tries = [], 0, 0
    before = footprint()
    for key, (who, sheet) in forms_met.items():
        for place, value in [(p, v) for p in sheet.places for v in NEVER[p.kind]]:
            number += 1
            if may_be(key, place, value) or (turns and number % turns):
                continue
            tries += 1
            answer = browsers.post(who, sheet, sheet.filled() | {place.name: value})
            what = f"{key} ({who} {sheet.path}) {place.name}={str(value)[:12]!r}"
            problems += fault(answer, what)
            if answer.status_code in (301, 302):
                problems.append(f"{what}: accepted")
        after = footprint()
        if not ROWS_ANSWERED.search(key):  # there each row is for itself: the right ones are done
            problems += [f"{key}: half done {n}" for n in after if before[n] != after[n]]
        before = after
    return problems, tries


def may_be(key: str, place: Place, value: Any) -> bool:
    """What the table of wrong values calls wrong, and this field may take."""
    if (
        place.name == "submission_key"
    ):  # says nothing about the act: what is no key is no double click
        return True
    if place.kind == "file" and not place.required:  # a word is no file: none was chosen
        return True
    # Read, not kept, and longer than other texts: what is to be checked, and law texts from anywhere.
    return (key, place.name) in READ and value in (LONG, BROKEN)


READ = {("regulations:check-new", "text"), ("regulations:import-new", "pasted")}
EVERYDAY = 25  # every so many in the everyday run, all of them in the long one


# A second one is a second one, where it is no double click.
ADD_A_PART = {
    *("inspection:act paper", "inspection:act obstacle", "inspection:act sharing"),
    "approvals:matter",
}


def twice(browsers: Browsers, forms_met: Met, footprint: Any) -> tuple[list[str], list[str]]:
    """A double click, then the same page sent once more as if anew: what it was about has moved on.

    The forms that had an effect, and what was not as it should be.
    """
    done, problems = [], []
    for key, (who, sheet) in forms_met.items():
        sent = sheet.filled()
        first = browsers.post(who, sheet, sent)
        problems += [f"{key} ({who} {sheet.path}) once: {p}" for p in fault(first, "")]
        if first.status_code != 302:
            continue  # it was about something else already, or needs more than a sensible guess
        done.append(key)
        before = footprint()
        again = browsers.post(who, sheet, sent)
        late = {"submission_key": str(uuid4())} if "submission_key" in sent else {}
        answers = {"twice": again}
        if "revision" in sent and key not in ADD_A_PART:
            answers["late"] = browsers.post(who, sheet, sent | late)
        for what, answer in answers.items():
            problems += [f"{key} ({who} {sheet.path}) {what}: {p}" for p in fault(answer, "")]
        after = footprint()
        problems += [
            f"{key} ({who} {sheet.path}): two effects in {n}"
            for n in after
            if before[n] != after[n]
        ]
    return done, problems


# --- acts that nobody in the story may carry out now: over a stand-in ---------------------------------


def every_act() -> dict[str, Act]:
    """The acts that the pages list, by the module and name under which they stand there."""
    found: dict[int, tuple[str, Act]] = {}
    for module in sorted(m for m in sys.modules if m.startswith("lianxun.web.")):
        for name, value in list(vars(sys.modules[module]).items()):
            pairs = value.items() if isinstance(value, dict) else [(name, value)]
            for key, one in pairs:
                if isinstance(one, Act):
                    found.setdefault(id(one), (f"{module[12:]}.{name}.{key}", one))
    return dict(found.values())


class StandIn:
    """An object of which nothing is known but that it may be acted upon: empty lists, no words."""

    def __init__(self, **known: Any) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn() if name.endswith("record") else ()

    def __str__(self) -> str:
        return "—"


class Refused(Exception):  # noqa: N818 - reads as words
    """The act was called although its form was wrong."""


def over_a_stand_in(
    act: Act, person: Any, now: Any, sent: dict[str, Any], about: UUID | None
) -> tuple[Any, ActForm]:
    """The page of an act for a form that was sent, and the form."""
    shown: list[ActForm] = []

    class Watched(act.form):  # type: ignore[misc, name-defined]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            shown.append(self)

    def called(**_: Any) -> None:
        raise Refused

    request: Any = RequestFactory().post("/x/do/it/")
    data = QueryDict(mutable=True)
    for key, value in sent.items():
        data.setlist(key, list(value) if isinstance(value, tuple) else [value])
    request.POST, request._files = data, MultiValueDict()
    request.actor, request.now, request.problem = person, now, None
    with acting_as(person.account_id):
        request.user = Account.objects.get(id=person.account_id)
        record = StandIn(
            revision=1,
            permitted={"it"},
            id=about or uuid4(),
            data_class="D14",
            state="x",
            level=1,
            planned_on=now.date(),
            unit_id=person.unit_id,
            look_back_of=uuid4(),
            duty=StandIn(responsible_unit=person.unit_id),
        )
        answer = act_page(
            request,
            _with_form(act, Watched, called),
            load=lambda _: record,
            name="it",
            back=lambda _: "/",
            heading=lambda _: "—",
            given=lambda _, form: {},
        )
    return answer, shown[-1]


def _with_form(act: Act, form: type[ActForm], call: Any) -> Act:
    return replace(act, form=form, call=call, look=None, undo=None, values=None)


def _value(field: forms.Field, turn: int) -> Any:
    kinds: list[tuple[type[forms.Field], str]] = [
        (forms.BooleanField, "check"),
        (forms.MultipleChoiceField, "many"),
        (forms.ChoiceField, "select"),
        (forms.DateField, "date"),
        (forms.DecimalField, "number"),
        (forms.IntegerField, "number"),
        (forms.FileField, "file"),
        (forms.CharField, "area"),
    ]
    kind = next((k for sort, k in kinds if isinstance(field, sort)), "area")
    return wrong(Place("", kind, longest=getattr(field, "max_length", 0) or 0), turn)


# Their choices are those of a real team or engagement: tried in the story below and in the room's own tests.
REAL = {
    "inspection.team.ACTS.replace",
    "inspection.acts.ACTS.drop_focus",
    "inspection.acts.ACTS.joint_task",
    "inspection.joint.ACTS.assign",
    "inspection.joint.ACTS.entry",
    "inspection.joint.ACTS.link",
    "inspection.acts.ACTS.line",
    "rectification.supports.PLAN_ACTS.line",
    "inspection.acts.ACTS.paper",
    "inspection.papers.PAPER_ACTS.revise",
}
STANDS_IN = [
    (name, act)
    for name, act in every_act().items()
    if act.form is not NoFields and name not in REAL
]


def test_every_act_of_the_pages_is_known() -> None:
    assert len(every_act()) >= 140
    assert len(STANDS_IN) >= 100


@pytest.mark.parametrize(("name", "act"), STANDS_IN, ids=[n for n, _ in STANDS_IN])
def test_every_act_names_every_wrong_field(cast: Any, name: str, act: Act) -> None:
    """Empty, and each field wrong in two ways: 422, each message names its field, nothing is called."""
    person, now = cast["coordinator"], cast.now
    about = a_lead(cast) if name == "leads.views.ACTS.screen" else None
    blank = act.form()
    seen = {n for n, f in blank.fields.items() if not isinstance(f.widget, forms.HiddenInput)}
    for turn in (-1, 0, 1):
        values = {n: "" if turn < 0 else _value(blank.fields[n], turn) for n in seen}
        sent = {n: v for n, v in values.items() if v is not None and not isinstance(v, bytes)}
        if turn < 0 and not any(blank.fields[n].required for n in seen):
            continue
        answer, form = over_a_stand_in(act, person, now, sent, about)
        page = answer.content.decode()
        assert answer.status_code == 422, (name, turn)
        need = {
            n
            for n, f in form.fields.items()
            if n in seen and (f.required if turn < 0 else n in sent and values[n] is not None)
        }
        files = {n for n in need if isinstance(form.fields[n], forms.FileField)}
        wanted = need if turn < 0 else need - {n for n in files if not form.fields[n].required}
        assert unnamed(form, wanted) == [], (name, turn)
        for field in wanted:
            assert f'id="id_{field}_error"' in page, (name, field)


@pytest.mark.long
@story_world
def test_the_table_of_forms_is_whole(story: Any) -> None:
    """A form that people meet on a walk and that has no row is named here."""
    found = {k for k in walk() if not k.startswith("gallery")}
    assert sorted(found - set(rows())) == []


@pytest.mark.long
@story_world
def test_each_field_wrong_in_every_way_does_nothing(story: Any, footprint: Any) -> None:
    browsers = Browsers()
    problems, tries = one_by_one(browsers, met(browsers), footprint, turns=None)
    assert "\n".join(problems) == ""
    assert tries >= 1_000
