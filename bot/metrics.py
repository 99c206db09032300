"""What Prometheus reads at every scrape: what people feel, the backlog of messages, and answers that Slack refused."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.observed import ANSWERS, DELIVERIES, RATE_LIMITS, RITUALS
from bot.slack.answer_ways import LOST, REFUSED, way_and_error
from storage.delivery_queue import DeliveryBacklog

UP = "Whether the database answers"


class BacklogCollector(Collector):
    """The messages that are not delivered."""

    def __init__(self, backlog: Callable[[], DeliveryBacklog]) -> None:
        self._backlog = backlog

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges by state, and the age of the oldest in seconds; without the database only that it is away."""
        try:
            found = self._backlog()
        # The scrape succeeds all the same: that the database is away is what somebody is to be woken for.
        except SQLAlchemyError:
            yield GaugeMetricFamily("actionitem_database_up", UP, value=0)
            return
        yield GaugeMetricFamily("actionitem_database_up", UP, value=1)
        messages = GaugeMetricFamily(
            "actionitem_undelivered_messages", "Deliveries that are not done", labels=["state"]
        )
        for state in ("enqueued", "pending", "failed"):
            messages.add_metric([state], getattr(found, state))
        yield messages
        yield GaugeMetricFamily(
            "actionitem_oldest_undelivered_seconds", "Age of the oldest delivery", value=found.oldest_seconds
        )
        yield GaugeMetricFamily(
            "actionitem_held_deliveries", "Deliveries that wait for somebody to release them", value=found.held
        )


class AnswersCollector(Collector):
    """The answers to people that Slack did not take."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Counters by way and error, and of those that were taken on no way."""
        yield CounterMetricFamily(*ANSWERS_LOST, value=sum(LOST.counts().values()))
        refused = CounterMetricFamily(*ANSWERS_REFUSED, labels=["way", "error"])
        for label, count in REFUSED.counts().items():
            refused.add_metric(way_and_error(label), count)
        yield refused


class FeltCollector(Collector):
    """What people feel: answers, messages and rituals in time, and limits of Slack's."""

    def collect(self) -> Iterator[Metric]:
        """Histograms in seconds, and a counter by method."""
        for name, said, label, times in FELT:
            found = HistogramMetricFamily(name, said, labels=[label])
            bounds = [*map(str, times.bounds), "+Inf"]
            for value, spread in times.spreads().items():
                found.add_metric([value], list(zip(bounds, spread.cumulative(), strict=True)), spread.total)
            yield found
        limits = CounterMetricFamily(*RATE_LIMITED, labels=["method"])
        for method, count in RATE_LIMITS.counts().items():
            limits.add_metric([method], count)
        yield limits


ANSWERS_LOST = ("actionitem_answers_lost", "Answers that Slack took on no way")
ANSWERS_REFUSED = ("actionitem_answers_refused", "Answers that Slack did not take on this way")
RATE_LIMITED = ("actionitem_rate_limited", "Calls that Slack refused: too many")
FELT = (
    ("actionitem_answer_seconds", "From a request of Slack's to its answer", "kind", ANSWERS),
    ("actionitem_delivery_seconds", "From a change to its message in Slack", "kind", DELIVERIES),
    ("actionitem_ritual_late_seconds", "From when a ritual was due to when it was said", "ritual", RITUALS),
)


def metrics_registry(backlog: Callable[[], DeliveryBacklog], *, shared: bool = False) -> CollectorRegistry:
    """A registry of this application alone; `shared`: with what all processes that called `share` have counted."""
    registry = CollectorRegistry()
    registry.register(BacklogCollector(backlog))
    if shared:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(AnswersCollector())
        registry.register(FeltCollector())
    return registry


def share() -> None:
    """From now on everything that is counted here is written where the processes beside this one read it.

    That is the folder in `PROMETHEUS_MULTIPROC_DIR`, a variable of the library's that is read when it is imported: it
    must be there from this process's beginning. What a process has counted stays there after its end.
    """
    for name, said, label, times in FELT:
        times.heard_by.append(_observe(Histogram(name, said, [label], buckets=times.bounds, registry=None)))
    limited = Counter(*RATE_LIMITED, ["method"], registry=None)
    RATE_LIMITS.heard_by.append(lambda method: limited.labels(method).inc())
    refused = Counter(*ANSWERS_REFUSED, ["way", "error"], registry=None)
    REFUSED.heard_by.append(lambda label: refused.labels(*way_and_error(label)).inc())
    lost = Counter(*ANSWERS_LOST, registry=None)
    LOST.heard_by.append(lambda _label: lost.inc())


def _observe(histogram: Histogram) -> Callable[[str, float], None]:
    return lambda label, seconds: histogram.labels(label).observe(seconds)
