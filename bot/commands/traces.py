"""OpenTelemetry traces, where its standard environment variables ask for them: from a request to its message.

Where they do not, nothing of it is imported. What the variables say beside that is read by the library itself.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import structlog

from bot.commands.version import VERSION
from bot.domain.traced import TRACES, Side

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

log = structlog.get_logger()

EXPORTERS = "opentelemetry_traces_exporter"
"""Under this name packages say which exporters they bring."""
PROTOCOLS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
WANTED_BY = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOL_IN = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
NAMED_BY = ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES")


def wanted(environment: Mapping[str, str]) -> list[str]:
    """The exporters that traces are wanted by; none where nobody asked, or where they are switched off."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return []
    said = environment.get("OTEL_TRACES_EXPORTER", "").strip()
    if not said and any(environment.get(name) for name in WANTED_BY):
        said = "otlp"
    protocol = next((value for name in PROTOCOL_IN if (value := environment.get(name))), "http/protobuf")
    named = [name.strip() for name in said.split(",") if name.strip() not in ("", "none")]
    return [PROTOCOLS.get(protocol, protocol) if name == "otlp" else name for name in named]


def start(environment: Mapping[str, str]) -> Callable[[], None]:
    """Begins to trace where that is wanted; what it gives ends it, with what is not sent yet.

    What cannot be done is logged and nothing more: nobody is left without an answer for the sake of a trace.
    """
    exporters = wanted(environment)
    if not exporters:
        return lambda: None
    try:
        provider, end = _provider(exporters, environment)
    except (ImportError, LookupError, ValueError) as error:
        log.warning("no_traces", why=str(error), mend="pip install 'actionitem[traces]', or OTEL_SDK_DISABLED=true")
        return lambda: None
    TRACES.told = OpenTelemetry(provider)
    log.info("traces", exporters=exporters)

    def stop() -> None:
        TRACES.told = None
        end()

    return stop


class OpenTelemetry:
    """Writes spans by OpenTelemetry."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        self._tracer = provider.get_tracer("actionitem", VERSION)
        self._format = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, side: Side, parent: str, facts: Mapping[str, str]) -> Iterator[None]:
        """As `Tracing.span`."""
        from opentelemetry.trace import SpanKind  # noqa: PLC0415

        with self._tracer.start_as_current_span(
            name,
            context=self._format.extract({"traceparent": parent}) if parent else None,
            kind=SpanKind[side.name],
            attributes={f"actionitem.{fact}": value for fact, value in facts.items()},
            # What is raised may name what somebody wrote; and a delivery that is put aside raises, and is no error.
            record_exception=False,
            set_status_on_exception=False,
        ):
            yield

    def here(self) -> str:
        """As `Tracing.here`."""
        carrier: dict[str, str] = {}
        self._format.inject(carrier)
        return carrier.get("traceparent", "")


def _provider(exporters: list[str], environment: Mapping[str, str]) -> tuple[Any, Callable[[], None]]:
    """What makes spans, and what ends it. Raises `ImportError` or `LookupError` for what is not installed."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 – an extra, and only where it is wanted
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.trace import get_tracer_provider  # noqa: PLC0415

    given = get_tracer_provider()
    # Under `opentelemetry-instrument` one is there already, which ends by itself.
    if isinstance(given, TracerProvider):
        return given, lambda: None
    name = {} if any(environment.get(each) for each in NAMED_BY) else {"service.name": "actionitem"}
    provider = TracerProvider(resource=Resource.create({**name, "service.version": VERSION}))
    for each in exporters:
        found = next(iter(entry_points(group=EXPORTERS, name=each)), None)
        if found is None:
            raise LookupError(f"no package here brings the exporter {each}")
        provider.add_span_processor(BatchSpanProcessor(found.load()()))
    return provider, provider.shutdown
