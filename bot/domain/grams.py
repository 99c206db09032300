"""Two and three letters in a row, by which a search finds the few items that may say a word. Pure.

What is found so may still not say it: the letters may stand apart. What is not found does not say it.
"""

from collections.abc import Iterable, Iterator, Mapping

BLOCK = 4096
"""Items, by their numbers, of which one row of the index tells which have a gram."""
Bits = Mapping[int, int]
"""Items: by block, a bit for each number in it."""
_ALIKE = {0x131: "i", 0x307: None}


def fold(text: str) -> str:
    """Texts that a database takes for the same in letters of any case are the same here, letter by letter.

    Databases disagree about Turkish letters: “İ” is “i” or “i̇” in small letters, “I” is “i” or “ı”. All are “i” here.
    """
    return text.casefold().translate(_ALIKE)


def grams_of_text(text: str) -> set[str]:
    """All grams of two and of three letters."""
    said = fold(text)
    return {said[at : at + 3] for at in range(len(said) - 2)} | {said[at : at + 2] for at in range(len(said) - 1)}


def grams_of_word(word: str) -> frozenset[str]:
    """Those that every text has in which the word stands; none for a single letter."""
    said = fold(word)
    size = min(len(said), 3)
    return frozenset(said[at : at + size] for at in range(len(said) - size + 1)) if size > 1 else frozenset()


def both(one: Bits, other: Bits) -> dict[int, int]:
    """The items that are in both."""
    return {block: bits for block in one.keys() & other.keys() if (bits := one[block] & other[block])}


def either(one: Bits, other: Bits) -> dict[int, int]:
    """The items that are in one of them."""
    return {block: one.get(block, 0) | other.get(block, 0) for block in one.keys() | other.keys()}


def bits_of(numbers: Iterable[int]) -> int:
    """Numbers of one block as bits."""
    said = bytearray(BLOCK // 8)
    for number in numbers:
        said[number % BLOCK >> 3] |= 1 << (number & 7)
    return int.from_bytes(said, "little")


def count(items: Bits) -> int:
    """How many there are."""
    return sum(bits.bit_count() for bits in items.values())


def numbers(items: Bits) -> Iterator[int]:
    """The numbers of the items."""
    for block, bits in items.items():
        left = bits
        while left:
            lowest = left & -left
            yield block * BLOCK + lowest.bit_length() - 1
            left ^= lowest
