"""Texts that nobody means, to everything that reads what people write: how long the worst took.

No reader may need a tenth of a second for any of them: Slack waits for three, and others wait meanwhile.
"""

from tests.hostile_texts import READERS, seconds, text

TEXTS = 10_000
MOST_S = 0.1


def run() -> None:
    """A line for each reader: its worst, beside the most that it may be."""
    for reader in READERS:
        seconds(reader, text(0))  # what is loaded with the first text is no text's fault
        worst, number = max((seconds(reader, text(number)), number) for number in range(TEXTS))
        print(
            f"{reader:<10} worst of {TEXTS:,}: {worst * 1000:6.1f} ms of {MOST_S * 1000:.0f}"
            f"  ratio {worst / MOST_S:.2f}  (text {number})",
            flush=True,
        )


if __name__ == "__main__":
    run()
