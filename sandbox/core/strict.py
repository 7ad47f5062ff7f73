"""Strictness towards queries: only what a call knows, and each parameter once."""

from collections import Counter

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from sandbox.core.errors import InvalidError
from sandbox.core.wording import quoted


class WrongQueryError(InvalidError):
    """A query parameter is not known, or given twice."""

    code = "invalid_query"


def only_known_parameters(request: Request) -> None:
    """Refuse query parameters that the call does not know, and those that are given twice."""
    counted = Counter(name for name, _ in request.query_params.multi_items())
    if not counted:
        return
    route = request.scope.get("route")
    assert isinstance(route, APIRoute)
    if not route.include_in_schema:
        # Links to pages gather parameters on their way.
        return
    known = {one.alias for one in get_flat_params(route.dependant) if isinstance(one.field_info, Query)}
    for name, count in counted.items():
        if name not in known:
            raise WrongQueryError(f"There is no parameter {quoted(name)} here.")
        if count > 1:
            raise WrongQueryError(f"The parameter {quoted(name)} is given more than once.")
