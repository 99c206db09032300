"""What is counted while it happens: buckets, sums, and no label without end."""

from bot.domain.observed import MOST_LABELS, OTHERS, Counts, Durations


def test_each_observation_stands_in_every_bucket_that_holds_it() -> None:
    times = Durations((1.0, 5.0))
    for seconds in (0.5, 1.0, 3.0, 60.0, -2.0):
        times.took("a", seconds)
    spread = times.spreads()["a"]
    assert (spread.cumulative(), spread.total) == ([3, 4, 5], 64.5)


def test_labels_do_not_grow_without_end() -> None:
    times, counts = Durations((1.0,)), Counts()
    for turn in range(MOST_LABELS + 50):
        times.took(str(turn), 0)
        counts.happened(str(turn))
    assert len(times.spreads()) == len(counts.counts()) == MOST_LABELS + 1
    assert counts.counts()[OTHERS] == times.spreads()[OTHERS].cumulative()[-1] == 50
