"""A small storm; `tests/benchmarks/storm.py` is the full one."""

from tests.benchmarks.storm import Storm, blow

SMALL = Storm(
    channels=40,
    each=1,
    teams=20,
    replicas=2,
    kill_every=0.8,
    kills=4,
    away_at=2.0,
    away_for=0.5,
    deadline=150,
    slow=False,
)


def test_nothing_is_lost_or_doubled_while_replicas_are_killed(database_url: str) -> None:
    damage = blow(database_url, SMALL)
    assert damage.digests == SMALL.teams
    assert (damage.lost, damage.left, damage.doubled) == (0, 0, 0)
