"""Traces by OpenTelemetry: from a request of Slack's to its message, where the standard variables ask for them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.commands.traces import wanted
from tests.conftest import migrated_copy
from tests.people import Person
from tests.running import RunningBot, local_slack


@pytest.mark.parametrize(
    ("environment", "exporters"),
    [
        ({}, []),
        ({"OTEL_SERVICE_NAME": "bot"}, []),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, ["otlp_proto_http"]),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ["otlp_proto_grpc"]),
        ({"OTEL_TRACES_EXPORTER": "console, otlp"}, ["console", "otlp_proto_http"]),
    ],
)
def test_traces_are_wanted_by_the_standard_variables(environment: dict[str, str], exporters: list[str]) -> None:
    assert wanted(environment) == exporters


def test_nothing_of_it_is_imported_where_nobody_asked() -> None:
    code = "import sys, bot.commands.serve as s; s.start_traces({}); print('opentelemetry.sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """Takes what is exported by OTLP over HTTP; its address, and what it was sent."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    taken: list[Any] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.extend(ExportTraceServiceRequest.FromString(body).resource_spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_message_is_in_the_trace_of_the_request_that_it_came_from(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="the extra `traces` is not installed: make dev")
    with collector() as (address, taken), local_slack() as sandbox:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        bot = RunningBot(sandbox, migrated_copy(sqlite_template, tmp_path), tmp_path)
        bot.start()
        try:
            priya = Person(sandbox, "U0PRIYA")
            said = priya.command("/actionitem idea Rotate the wombat", channel="C0GENERAL").text
            assert priya.wait_for("1 idea, no commitment", "C0GENERAL"), said
        finally:
            bot.stop()  # what is not sent yet is sent before it ends
    assert {
        fact.value.string_value for each in taken for fact in each.resource.attributes if fact.key == "service.name"
    } == {"actionitem"}
    spans = [span for each in taken for scope in each.scope_spans for span in scope.spans]
    [request] = [span for span in spans if span.name == "slack command idea"]
    delivered = {span.span_id for span in spans if span.name == "deliver live"}
    assert {span.parent_span_id for span in spans if span.span_id in delivered} == {request.span_id}
    posted = [span for span in spans if span.name == "call chat.postMessage"]
    assert {span.trace_id for span in posted if span.parent_span_id in delivered} == {request.trace_id}
    assert b"wombat" not in b"".join(each.SerializeToString() for each in taken)
