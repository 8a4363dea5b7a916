"""What the service counts of itself, for Prometheus: by method, route, status; nobody's code, nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds."""
BUSY: Final = ("database_busy", "database_unavailable", "outcome_unknown")
"""Refusals for which the database is to blame."""
OTHER: Final = "other"


def template_of(scope: Mapping[str, Any]) -> str | None:
    """The address of the route that a request came to, with the names of its parameters in place of their values."""
    route = scope.get("route")
    found: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    return found


class Metrics:
    """Counts of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry: Final = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests: Final = self._counter("mea_http_requests", "Requests answered", "method", "route", "status")
        self._seconds: Final = Histogram(
            "mea_http_request_seconds",
            "From the first byte of a request to the last of its answer",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._in_flight = 0
        in_flight = Gauge("mea_http_requests_in_flight", "Requests not answered yet", registry=self._registry)
        in_flight.set_function(lambda: self._in_flight)
        self._known: Final[dict[tuple[str, str, int], tuple[Counter, Histogram]]] = {}
        self._refused: Final = self._counter("mea_log_ins_refused", "Log-ins refused")
        self._busy: Final = self._counter("mea_database_refusals", "Requests turned away by the database", "type")
        for kind in BUSY:
            self._busy.labels(kind)

    def began(self) -> None:
        """A request came."""
        self._in_flight += 1

    def ended(self, scope: Mapping[str, Any], status: int, seconds: float, refused: str | None) -> None:
        """It was answered, with 0 where the client gave it up before; `refused`: the type of the refusal."""
        self._in_flight -= 1
        method = scope["method"] if scope["method"] in METHODS else OTHER
        place = (method, template_of(scope) or OTHER, status)
        counted = self._known.get(place) or self._made(place)
        counted[0].inc()
        counted[1].observe(seconds)
        if refused == "login_refused":
            self._refused.inc()
        elif refused in BUSY:
            self._busy.labels(refused).inc()

    def text(self) -> bytes:
        """Everything, in the text format."""
        return generate_latest(self._registry)

    def _made(self, place: tuple[str, str, int]) -> tuple[Counter, Histogram]:
        """Looked up once: that costs more than to count."""
        method, route, status = place
        made = self._requests.labels(method, route, str(status)), self._seconds.labels(method, route)
        self._known[place] = made
        return made

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self._registry)
