"""Labels that say where a ticket stands, of trackers that know open and closed alone."""

from collections.abc import Iterable, Mapping

from bot.domain.tickets import Stage

IN_PROGRESS = frozenset({"in progress", "in-progress", "doing", "wip", "status: in progress", "started"})
"""Labels that say so, unless the connection names others."""


def labels_of(options: Mapping[str, str], stage: Stage, otherwise: frozenset[str]) -> frozenset[str]:
    """The labels that mean *stage*, in small letters: as the connection names them, else the usual ones."""
    return frozenset(named(options, stage)) or otherwise


def named(options: Mapping[str, str], stage: Stage) -> list[str]:
    """Those that the connection names, in its order."""
    return [name.strip().lower() for name in options.get(stage.value, "").split(",") if name.strip()]


def labels_in_progress(options: Mapping[str, str]) -> frozenset[str]:
    """The labels that mean in progress, in small letters."""
    return labels_of(options, Stage.IN_PROGRESS, IN_PROGRESS)


def plain(labels: Iterable[str]) -> set[str]:
    """Labels in small letters; of a scoped one (`workflow::doing`) what it says, too."""
    small = [label.lower() for label in labels]
    return {*small, *(label.rpartition("::")[2] for label in small)}
