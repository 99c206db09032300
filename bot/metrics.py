"""What Prometheus reads at every scrape: what people feel, the backlog of messages, and answers that Slack refused."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.observed import ANSWERS, DELIVERIES, RATE_LIMITS, RITUALS
from bot.slack.answer_ways import LOST, refused_answers
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
        found = refused_answers()
        yield CounterMetricFamily("actionitem_answers_lost", "Answers that Slack took on no way", value=found.pop(LOST))
        refused = CounterMetricFamily(
            "actionitem_answers_refused", "Answers that Slack did not take on this way", labels=["way", "error"]
        )
        for way_and_error, count in found.items():
            refused.add_metric(way_and_error, count)
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
        limits = CounterMetricFamily("actionitem_rate_limited", "Calls that Slack refused: too many", labels=["method"])
        for method, count in RATE_LIMITS.counts().items():
            limits.add_metric([method], count)
        yield limits


FELT = (
    ("actionitem_answer_seconds", "From a request of Slack's to its answer", "kind", ANSWERS),
    ("actionitem_delivery_seconds", "From a change to its message in Slack", "kind", DELIVERIES),
    ("actionitem_ritual_late_seconds", "From when a ritual was due to when it was said", "ritual", RITUALS),
)


def metrics_registry(backlog: Callable[[], DeliveryBacklog]) -> CollectorRegistry:
    """A registry of this application alone."""
    registry = CollectorRegistry()
    registry.register(BacklogCollector(backlog))
    registry.register(AnswersCollector())
    registry.register(FeltCollector())
    return registry
