"""Steps and conditions as a page edits them: entries in lists, in whatever shape they are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GROUPS = ("all", "any")


@dataclass(slots=True)
class Node:
    """One entry: what sort it is, what tells it apart, its values, and the lists within it."""

    sort: str
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[Node]] = field(default_factory=dict)


def step_nodes(steps: Sequence[Mapping[str, Any]]) -> list[Node]:
    """Return the steps of a valid definition."""
    return [
        Node(
            step["kind"],
            step["key"],
            {name: value for name, value in step.get("params", {}).items() if name not in ("key", "items")},
            {
                "items": [
                    Node("one", item["key"], {name: item[name] for name in item if name != "key"})
                    for item in step.get("params", {}).get("items", [])
                ],
                "when": condition_nodes(step.get("when", {})),
            },
        )
        for step in steps
    ]


def steps_of(nodes: Sequence[Node], before: Any = ()) -> list[dict[str, Any]]:
    """Return the steps that were written; a checklist keeps the key that it had `before`."""
    valid = [step for step in before if isinstance(step, Mapping)] if isinstance(before, list) else []
    keys = {str(step.get("key")): step.get("params") for step in valid}
    return [_step(node, keys.get(node.key)) for node in nodes]


def _step(node: Node, before: Any) -> dict[str, Any]:
    params = dict(node.values)
    if node.sort == "checklist":
        params |= {
            "key": before.get("key", node.key) if isinstance(before, Mapping) else node.key,
            "items": [{"key": each.key, **each.values} for each in node.lists["items"]],
        }
    step: dict[str, Any] = {"key": node.key, "kind": node.sort}
    when = conditions_of(node.lists.get("when", []))
    return step | ({"params": params} if params else {}) | ({"when": when} if when else {})


def condition_nodes(conditions: Mapping[str, Any]) -> list[Node]:
    """Return valid conditions as entries; what has to hold together stands in one list."""
    found = []
    for name, value in conditions.items():
        if name == "all":
            found += [node for each in value for node in condition_nodes(each)]
        elif name == "any":
            found.append(Node("any", lists={"within": [_one(each) for each in value]}))
        elif name == "not":
            found.append(Node("not", lists={"within": condition_nodes(value)}))
        else:
            found.append(Node(name, values={"value": value}))
    return found


def _one(conditions: Mapping[str, Any]) -> Node:
    nodes = condition_nodes(conditions)
    return nodes[0] if len(nodes) == 1 else Node("all", lists={"within": nodes})


def conditions_of(nodes: Sequence[Node]) -> dict[str, Any]:
    """Return the conditions that were written; one that stands there already comes into `all`."""
    written, again = dict[str, Any](), list[dict[str, Any]]()
    for node in nodes:
        for name, value in _condition(node).items():
            if name in written:
                again.append({name: value})
            else:
                written[name] = value
    return written | ({"all": [*written.get("all", []), *again]} if again else {})


def _condition(node: Node) -> dict[str, Any]:
    within = node.lists.get("within", [])
    if node.sort in GROUPS:
        return {node.sort: [_condition(each) for each in within]}
    if node.sort == "not":
        return {"not": conditions_of(within)}
    return {node.sort: node.values.get("value")}
