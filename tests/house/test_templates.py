"""No template asks for a variable that nothing gives it: a typing error would show as an empty place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Engine, Node, Template, engines
from django.template.base import FilterExpression, Variable
from django.template.defaulttags import CycleNode, ForNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode

from lianxun.config.settings_test import UNKNOWN_VARIABLES
from tests.house.test_house import ROOT

WEB = ROOT / "src" / "lianxun" / "web"
TEMPLATES = WEB / "templates"
# Django's own, and what the sign-in library gives its pages.
GIVEN = {"forloop", "block", "request", "csrf_token", "messages", "user", "True", "False", "None"}
SIGN_IN = ("account/", "mfa/")


def names() -> list[str]:
    return sorted(str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.html"))


def given_by_python() -> set[str]:
    """Every word that a view, a tag or a context processor can put into a context."""
    found = set()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                found |= {k.value for k in node.keys if isinstance(k, ast.Constant)}
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                found.add(node.slice.value)  # context["name"] = …
    return {name for name in found if isinstance(name, str)}


def expressions(value: Any) -> Iterator[FilterExpression | Variable]:
    """Filter expressions and variables inside whatever a node keeps."""
    if isinstance(value, FilterExpression | Variable):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from expressions(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from expressions(inner)
    elif (
        hasattr(value, "__dict__")
        and type(value).__module__.startswith(
            ("django.template.smartif", "django.template.defaulttags")
        )
        and not isinstance(value, Node)
    ):
        for inner in vars(value).values():
            yield from expressions(inner)


def roots(expression: FilterExpression | Variable) -> Iterator[str]:
    inner = expression.var if isinstance(expression, FilterExpression) else expression
    if isinstance(inner, Variable) and inner.lookups is not None:
        yield inner.lookups[0]
    if isinstance(expression, FilterExpression):
        for _, arguments in expression.filters:
            for is_variable, argument in arguments:
                if is_variable:
                    yield from roots(argument)


def bound_by(node: Node) -> set[str]:
    """Names that a node gives to what stands inside of it, or after it."""
    if isinstance(node, ForNode):
        return set(node.loopvars)
    if isinstance(node, WithNode | IncludeNode):
        return set(node.extra_context)
    if isinstance(node, SimpleNode) and node.target_var:
        return {node.target_var}
    if isinstance(node, CycleNode) and node.variable_name:
        return {node.variable_name}
    made = getattr(node, "asvar", None) or getattr(node, "variable", None)
    return {made} if isinstance(made, str) else set()


def nodes(template: Template) -> list[Node]:
    return list(template.nodelist.get_nodes_by_type(Node))


def asked(template: Template) -> set[str]:
    """Roots of the variables a template reads and does not make itself."""
    every = nodes(template)
    made = set().union(*(bound_by(n) for n in every if not isinstance(n, IncludeNode)))
    found: set[str] = set()
    for node in every:
        for key, value in vars(node).items():
            if key not in ("nodelist", "origin", "token", "child_nodelists"):
                for expression in expressions(value):
                    found |= set(roots(expression))
    return found - made


def passed_on(templates: list[Template]) -> set[str]:
    """Names that some template hands to a component, those of the loops around it included."""
    found: set[str] = set()
    for template in templates:
        every = nodes(template)
        if any(isinstance(n, IncludeNode) for n in every):
            found |= set().union(*(bound_by(n) for n in every))
    return found


@pytest.fixture(scope="module")
def loaded() -> dict[str, Template]:
    return {name: engines["django"].get_template(name).template for name in names()}


def test_every_variable_is_given_by_a_view_or_another_template(loaded: dict[str, Template]) -> None:
    known = given_by_python() | passed_on(list(loaded.values())) | GIVEN
    unknown = {
        name: sorted(asked(template) - known)
        for name, template in loaded.items()
        if not name.startswith(SIGN_IN)
    }
    assert {n: u for n, u in unknown.items() if u} == {}


def test_a_mistyped_variable_is_found() -> None:
    """Planted faults, wherever a variable can stand."""
    for source in (
        "{{ detial.name }}",
        "{% if detial %}x{% endif %}",
        "{% for a in detial.rows %}{{ a }}{% endfor %}",
        "{% with a=detial %}{{ a }}{% endwith %}",
        "{{ 'x'|default:detial }}",
        "{% include 'web/components/empty.html' with text=detial %}",
        "{% url 'home' as x %}{{ x }}{{ detial }}",
    ):
        assert asked(Engine.get_default().from_string(source)) == {"detial"}, source


def test_an_unknown_attribute_is_noticed_when_a_page_is_made() -> None:
    """Planted fault: what the static look cannot see, an attribute that a record has not."""
    UNKNOWN_VARIABLES.clear()
    shown = Engine.get_default().from_string("[{{ a.detial }}{{ request.GET.q }}]")
    assert shown.render(Context({"a": Path(), "request": {"GET": {}}})) == "[]"
    assert UNKNOWN_VARIABLES == ["a.detial"]
    UNKNOWN_VARIABLES.clear()
