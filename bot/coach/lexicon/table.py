"""How the tables of this package are written: words between spaces, over as many lines as it takes."""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def forms(text: str) -> dict[str, str]:
    """Pairs `form:base`: “went:go took:take”."""
    return dict(pair.split(":") for pair in text.split())


def idioms(text: str) -> tuple[str, ...]:
    """Phrases between commas, in their order."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))
