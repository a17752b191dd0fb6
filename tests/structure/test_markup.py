"""Nothing is printed unescaped but what stands in this one list, each with its reason."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

# What marks text as safe in Python: (file, name) and why it may.
MARKED_IN_PYTHON = {
    (
        "legist/core/templatetags/ui.py",
        "format_html",
    ): "an icon; its name and look are arguments, which are escaped",
    (
        "tracking/web/reviews/views.py",
        "format_html",
    ): "a link of ours; its words are arguments, which are escaped",
}
MARKING = {
    "SafeString", "SafeText", "SafeData", "mark_safe", "format_html", "format_html_join", "html_safe",
    "Markup", "__html__",
}  # fmt: skip
MARKING_FILTERS = re.compile(r"\|\s*(?:safe|safeseq|unordered_list)\b|autoescape\s+off|\{%\s*filter\b")
# Where a template is filled in Python, and why the SafeString it gives may go where it goes.
FILLED = {
    "legist/core/web/parts.py": "a component; what it is given is escaped in it",
    "legist/practice/sign_in/adapters.py": "the HTML part of an account mail",
    "portal/services.py": "the HTML part of an invitation",
    "workflows/messages/mail.py": "the HTML part of a message",
}
FOREIGN_HTML = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|DOMParser|setHTMLUnsafe"
    r"|\beval\(|new Function|setTimeout\(\s*[\"'`]"
)
# What makes a page act on text in the browser: (file, match) and why it may.
HTML_IN_SCRIPTS = {
    ("static/js/ui/panel.js", "innerHTML"): "htmx's name for a swap of a fragment that our server drew",
    ("static/js/ui/palette.js", "innerHTML"): "the same: htmx's name for a swap",
    ("static/js/ui/request.js", "DOMParser"): "reads the words of our error page; nothing of it is put in",
}
EVALUATED = re.compile(
    r"hx-on|hx-vars|hx-(?:vals|headers)\s*=\s*[\"']\s*js:|javascript:|\son[a-z]+\s*=\s*[\"']", re.IGNORECASE
)
EVENT_FILTER = re.compile(r"hx-trigger=\"[^\"]*\[")


def names(tree: ast.AST) -> Iterator[str]:
    """Yield every name that code uses, annotations left out: a return type marks nothing."""
    annotations = {
        id(part)
        for node in ast.walk(tree)
        for each in (getattr(node, "returns", None), getattr(node, "annotation", None))
        if each is not None
        for part in ast.walk(each)
    }
    for node in ast.walk(tree):
        if id(node) in annotations:
            continue
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef):
            yield node.name


def test_python_marks_no_text_as_safe() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in modules(*SOURCE)
        for name in names(parsed(path))
        if name in MARKING
    }

    assert found == set(MARKED_IN_PYTHON)


def test_format_html_takes_values_as_arguments() -> None:
    calls = [
        node
        for path in modules(*SOURCE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "format_html"
    ]

    assert calls
    assert all(isinstance(call.args[0], ast.Constant) for call in calls)


def test_no_template_prints_text_unescaped() -> None:
    found = {
        (str(path.relative_to(ROOT)), match[0])
        for path in (ROOT / "templates").rglob("*.*")
        for match in MARKING_FILTERS.finditer(path.read_text())
    }

    assert found == set()


def filled() -> Iterator[tuple[str, str]]:
    """Yield where Python fills a template by itself, and how."""
    for path in modules(*SOURCE):
        for node in ast.walk(parsed(path)):
            name = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if name in {"render_to_string", "get_template", "select_template", "Template"}:
                yield str(path.relative_to(ROOT)), ast.unparse(node)


def test_a_filled_template_goes_nowhere_but_into_mails_and_pages() -> None:
    # The first takes the mark away (see render_text), the others fill Word files and Jinja's plain texts.
    unmarked = {
        "legist/core/channels/email.py",
        "workflows/playbooks/steps/matters.py",
        "workflows/documents/services.py",
        "workflows/messages/templates/rendering.py",
    }

    assert {place for place, _ in filled()} - unmarked == set(FILLED)


def test_plain_texts_of_mails_are_filled_in_one_place() -> None:
    """A `.txt` template that is filled by anything else would come out marked safe."""
    assert not [call for _, call in filled() if ".txt" in call]


def test_scripts_make_no_elements_of_text() -> None:
    found = {
        (str(path.relative_to(ROOT)), match[0])
        for path in (ROOT / "static" / "js").rglob("*.js")
        for match in FOREIGN_HTML.finditer(path.read_text())
    }

    assert found == set(HTML_IN_SCRIPTS)


def test_no_template_needs_code_from_an_attribute() -> None:
    found = {
        (str(path.relative_to(ROOT)), match[0])
        for path in (ROOT / "templates").rglob("*.html")
        for pattern in (EVALUATED, EVENT_FILTER)
        for match in pattern.finditer(path.read_text())
    }

    assert found == set()


def test_htmx_asks_only_us_and_evaluates_nothing() -> None:
    page = (ROOT / "templates" / "base.html").read_text()
    config = json.loads(re.search(r"name=\"htmx-config\"\s+content='([^']*)'", page)[1])  # type: ignore[index]

    assert config["selfRequestsOnly"] is True
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False


def test_the_browser_runs_only_our_scripts() -> None:
    from django.conf import settings

    policy: Any = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {str(value) for values in policy.values() for value in values}

    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["connect-src"] == policy["form-action"] == ["'self'"]
    assert not {value for value in allowed if "unsafe" in value or "*" in value or "http" in value}


def test_htmx_does_not_look_into_what_others_wrote() -> None:
    shown = (
        "components/code_block.html", "components/diff.html", "components/message.html",
        "tracking/source_words.html", "workflows/messages/record.html", "workflows/notices/printed.html",
        "portal/official.html", "portal/message.html",
    )  # fmt: skip

    assert not [name for name in shown if "hx-disable" not in (ROOT / "templates" / name).read_text()]


def test_a_component_is_a_tag_and_an_include_a_piece_of_its_page() -> None:
    """One mechanism each: what takes arguments is drawn by a tag, a component's template by its tag only."""
    tagged = [path for path in modules(*SOURCE) if "inclusion_tag" in path.read_text()]
    included = {
        (str(path.relative_to(ROOT / "templates")), match[1])
        for path in (ROOT / "templates").rglob("*.*")
        for match in re.finditer(r'include "components/([^"]+)" with ', path.read_text())
    }

    assert tagged == []
    assert included == set()


def test_a_table_is_drawn_by_its_tag() -> None:
    """One frame, one caption, one place for the next rows; a month and two papers side by side differ."""
    written = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"<table|table-frame", path.read_text())
    }

    assert written == {
        "allauth/elements/table.html", "components/table.html", "components/gallery/lists.html",
        "workflows/deadlines/month.html", "workflows/notices/twice.html",
    }  # fmt: skip


def test_a_tag_or_filter_means_one_thing() -> None:
    """No two libraries register one name: which meaning holds would hang on the order of loading."""
    libraries = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in modules(*SOURCE)
        if path.parent.name == "templatetags" and path.name != "__init__.py"
    }
    libraries.discard("legist.core.templatetags.ui_blocks")  # comes with `ui`, which takes its names over
    names = [
        name
        for library in libraries
        for register in (import_module(library).register,)
        for name in {*register.tags, *register.filters}
    ]

    assert len(libraries) > 5
    assert {name for name in names if names.count(name) > 1} == set()
