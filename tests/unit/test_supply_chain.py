"""What is installed with the product: each package has a known reason and licence, and advisories are asked for."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.audit import CANNOT_TELL, FOUND, told

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
LICENCES = re.compile(r"Apache|BSD|CNRI|HPND|ISC|LGPL|MIT|MPL|PSF|zlib", re.IGNORECASE)


def locked() -> set[str]:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")]
    return {name.lower() for text in texts for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def documented() -> dict[str, tuple[str, str]]:
    """Package → (licence, reason), from the tables of the decision."""
    rows = ROW.findall((ROOT / "docs/adr/001-dependencies.md").read_text(encoding="utf-8"))
    return {name.strip(): (licence, reason) for names, licence, reason in rows for name in names.split(",")}


def test_every_package_that_is_installed_has_its_reason_and_licence() -> None:
    known = documented()
    assert sorted(locked() - set(known)) == []
    for name in locked():
        licence, reason = known[name]
        assert LICENCES.search(licence), name
        assert len(reason.strip()) > 3, name


def test_no_package_is_documented_that_is_not_installed() -> None:
    assert set(documented()) - locked() == {"package"}  # the head of the tables


def imported() -> dict[str, str]:
    """Every module that the product imports, and where."""
    found = {}
    for room in ("bot", "handlers", "storage", "scheduler"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
                found |= {name.partition(".")[0]: str(path.relative_to(ROOT)) for name in names}
    ours = {"bot", "handlers", "storage", "scheduler"}
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names | ours}


def test_everything_that_the_product_imports_is_installed_with_it() -> None:
    """Tests have more packages than the product: what is imported from these is missing where nobody tests."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    with_it = set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))
    packages = packages_distributions()
    missing = {
        name: path
        for name, path in imported().items()
        if not {package.lower().replace("_", "-") for package in packages.get(name, ())} & with_it
    }
    assert missing == {}


REPORT = {
    "dependencies": [
        {"name": "h11", "version": "0.14.0", "vulns": [{"id": "GHSA-vqfr", "fix_versions": ["0.16.0"], "aliases": []}]},
        {"name": "polib", "version": "1.2.0", "vulns": []},
    ]
}


def test_advisory_is_named_with_what_mends_it() -> None:
    assert told(json.dumps(REPORT), "") == (FOUND, ["h11 0.14.0: GHSA-vqfr, mended in 0.16.0"])


def test_no_advisory_is_no_failure() -> None:
    clean = {"dependencies": REPORT["dependencies"][1:]}
    assert told(json.dumps(clean), "") == (0, ["1 packages without advisories."])


@pytest.mark.parametrize("report", ["", "{}", "<html>"])
def test_sources_that_cannot_be_reached_are_said_and_are_a_failure(report: str) -> None:
    code, lines = told(report, "Traceback …\nConnectionError: Failed to resolve 'api.osv.dev'")
    assert code == CANNOT_TELL
    assert lines[0].startswith("NOT AUDITED: no advisory source can be reached from here (ConnectionError")


def test_package_that_was_passed_over_does_not_look_safe() -> None:
    report = {"dependencies": [{"name": "alembic", "skip_reason": "not found"}]}
    assert told(json.dumps(report), "") == (
        CANNOT_TELL,
        ["alembic: not audited: not found", "0 packages without advisories."],
    )
