"""`make bench`: every benchmark, or those named: `python -m tests.benchmarks start porting`."""

import sys

from tests.benchmarks import (
    alone,
    api_pages,
    coach,
    delivery,
    digests,
    growth,
    home,
    hostile,
    measures,
    monday,
    porting,
    requests_a_second,
    sizes,
    start,
    storm,
    sweep,
    trackers,
)

BENCHMARKS = {
    "start": ("Ready and resident", start.run),
    "requests": ("Answers while fifty people work", requests_a_second.run),
    "alone": ("Answers to one person alone", alone.run),
    "coach": ("The wording coach", coach.run),
    "measures": ("A report with a million items", measures.run),
    "api": ("A page of the API among a million items", api_pages.run),
    "porting": ("A hundred thousand items in and out", porting.run),
    "million": ("A million rows imported", porting.million),
    "home": ("The App Home of a person with 300 items", home.run),
    "digests": ("A Monday of a thousand teams", digests.run),
    "monday": ("A Monday of 2,000 workspaces with 1, 2 and 4 processes", monday.run),
    "growth": ("One team and one person among a million items", growth.run),
    "sizes": ("What must not grow with the whole", sizes.run),
    "sweep": ("After two million messages", sweep.run),
    "delivery": ("600 messages to 60 channels, one a second each", delivery.run),
    "trackers": ("10,000 tickets of which 500 changed", trackers.run),
    "hostile": ("Texts that nobody means", hostile.run),
    "storm": ("A Monday with killed replicas and a Slack that misbehaves", storm.main),
}


def main() -> int:
    """Runs them in order; 2 for a name that is none."""
    names = sys.argv[1:] or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            print(f"There is no benchmark “{name}”. There are: {', '.join(BENCHMARKS)}", file=sys.stderr)
            return 2
        title, run = BENCHMARKS[name]
        print(f"\n── {title} ──", flush=True)
        run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
