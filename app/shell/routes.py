"""Joins the routes of the features into one tree, so that back leads up along the path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

Wrap = Callable[[Callable[[], ft.Control]], Callable[[], ft.View]]


@dataclass(slots=True)
class _Node:
    path: str
    screen: Callable[[], Any]
    children: list[_Node]


def join_routes(routes: Sequence[ft.Route], wrap: Wrap) -> list[ft.Route]:
    """One tree of the features' flat routes: ``a/b`` below ``a``, everything below ``/``.

    ``wrap`` turns a screen into the view that carries it.
    """
    nodes = sorted(
        (_Node(_clean(route), route.component, []) for route in routes if route.component is not None),
        key=lambda node: (node.path.count("/"), node.path.count(":"), node.path),
    )
    roots: list[_Node] = []
    for node in nodes:
        parent = _parent(node, roots)
        (parent.children if parent else roots).append(node)
    home = next(node for node in roots if not node.path)
    home.children += [node for node in roots if node is not home]
    return [_route(home, "", wrap)]


def _clean(route: ft.Route) -> str:
    return (route.path or "").strip("/")


def _parent(node: _Node, among: Sequence[_Node]) -> _Node | None:
    for other in among:
        if other.path and node.path.startswith(f"{other.path}/"):
            return _parent(node, other.children) or other
    return None


def _route(node: _Node, above: str, wrap: Wrap) -> ft.Route:
    relative = node.path.removeprefix(above).strip("/")
    return ft.Route(
        path=relative or "/",
        component=wrap(node.screen),
        children=[_route(child, node.path, wrap) for child in node.children],
    )
