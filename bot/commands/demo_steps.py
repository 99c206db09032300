"""What a newcomer to the demo may try first, in three steps."""

from bot.sandbox.beside import Step

STEPS = (
    Step(
        "Make an item",
        "Write “Improve monitoring” and press “Create”: the coach says what is missing.",
        "Open the form", "U0PRIYA", "C0INC", command="/actionitem new",
    ),
    Step(
        "Prove it",
        "Aisha's AI-2 is implemented, but nobody has seen it work yet. Press “Verify”.",
        "Go to AI-2 as Aisha", "U0AISHA", "C0INCDB", find="AI-2", until="_implemented_",
        then="AI-2 waits for that no longer: its card says what became of it.",
    ),
    Step(
        "See the digest",
        "It comes on Monday at nine, and says what to do first.",
        "Go to Monday", "U0PRIYA", "C0PAYMENTS", jump="Next Monday",
    ),
)  # fmt: skip
