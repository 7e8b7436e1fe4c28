"""Federation: queries that call other endpoints, answered by workers that reach nothing but the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.engine import Answer, LocalEngine, QueryFailed, QueryTimeout
from graph.gateway import TELL, EndpointFailed, EndpointSlow, Errand, Gateway
from graph.guard import Call, redirected


class Federation:
    """Answers the queries in which the guard found calls. `engine` is one whose door leads to the gateway."""

    def __init__(self, engine: LocalEngine, gateway: Gateway, *, deadline: float, max_bytes: int) -> None:
        self.engine = engine
        self._gateway, self._deadline, self._max_bytes = gateway, deadline, max_bytes

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses of the endpoints that may be called."""
        return self._gateway.services

    def answer(self, query: str, calls: Sequence[Call], *, deadline: float | None = None, **options: Any) -> Answer:
        """Answer a query with calls, as `Engine.answer` does; raise EndpointFailed where an endpoint fails it."""
        seconds = self._deadline if deadline is None else deadline
        with self._gateway.errand(seconds, self._max_bytes) as errand:
            try:
                answer = self.engine.answer(redirected(query, calls, errand.address), deadline=seconds, **options)
            except QueryFailed as error:
                raise failure(errand, error) from None
            except QueryTimeout:
                if endpoint := errand.waits_for():
                    raise EndpointSlow(endpoint, seconds) from None
                raise
            if errand.failure:
                raise errand.failure
            return answer

    def close(self) -> None:
        """End the workers and the gateway."""
        self.engine.close()
        self._gateway.close()


def failure(errand: Errand, error: QueryFailed) -> QueryFailed | EndpointFailed:
    """Return why a query failed, without the address that stood in for the endpoint's."""
    if errand.failure:
        return errand.failure
    if errand.called:
        return EndpointFailed(errand.called[-1], "what it sent is no result that can be read", TELL)
    return error
