"""What the bot is run with: the image, compose, the unit, rules and dashboard say what is there, and nothing else."""

import json
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from bot.domain.observed import ANSWERS, DELIVERIES, RATE_LIMITS, RITUALS
from bot.metrics import metrics_registry
from bot.settings import Settings
from bot.slack.answer_ways import count_refused
from storage.delivery_queue import DeliveryBacklog
from tests.image_steps import Step, steps_of

ROOT = Path(__file__).parents[2]
SETTINGS = {name.upper() for name in Settings.model_fields}
RULES = yaml.safe_load((ROOT / "deploy/prometheus-rules.yml").read_text(encoding="utf-8"))
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
STEPS = steps_of((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def said(word: str) -> list[str]:
    return [step.text for step in STEPS if step.word == word]


def last_stage() -> list[Step]:
    begins = [place for place, step in enumerate(STEPS) if step.word == "FROM"]
    return STEPS[begins[-1] :]


# The image


def test_image_is_of_a_named_python_that_the_package_takes() -> None:
    images = {re.fullmatch(r"python:(3\.\d+)-slim(?: AS built)?", text) for text in said("FROM")}
    assert all(images)
    assert {found[1] for found in images if found} == {"3.13"}
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_image_runs_as_nobody_of_importance_with_one_volume_and_a_look_at_its_health() -> None:
    words = [step.word for step in last_stage()]
    assert [step.text for step in last_stage() if step.word == "USER"] == ["10001:10001"]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "RUN" not in words[words.index("USER") :]
    assert said("VOLUME") == ["/data"]
    assert len(said("HEALTHCHECK")) == 1
    assert (said("ENTRYPOINT"), said("CMD")) == (['["actionitem"]'], ['["serve"]'])


def test_image_installs_from_the_lock_with_hashes_and_nothing_else() -> None:
    installs = [text for text in said("RUN") if "pip install" in text]
    assert all("--require-hashes" in text or "--no-deps --no-build-isolation" in text for text in installs)
    assert all("--no-cache-dir" in text for text in installs)


def test_image_takes_in_what_is_there_and_is_not_ignored() -> None:
    taken = {name for text in said("COPY") if "--from" not in text for name in text.split()[:-1]}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert taken == let_in
    assert all((ROOT / name).exists() for name in taken)


def test_image_sets_settings_that_there_are() -> None:
    names = set(re.findall(r"(\w+)=", said("ENV")[0]))
    assert names - SETTINGS == {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "SQLITE_TMPDIR", "HOME"}


# compose and systemd


def test_compose_sets_settings_that_there_are_and_writes_to_one_volume() -> None:
    bot = COMPOSE["services"]["bot"]
    assert set(bot["environment"]) <= SETTINGS
    assert (bot["read_only"], bot["cap_drop"], list(COMPOSE["volumes"])) == (True, ["ALL"], ["database"])
    assert bot["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert COMPOSE["services"]["migrate"]["command"] == ["migrate"]
    assert re.fullmatch(r"postgres:\d+", COMPOSE["services"]["database"]["image"])


def test_unit_runs_it_as_nobody_and_lets_it_stop() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    text = (ROOT / "deploy/actionitem.service").read_text(encoding="utf-8")
    unit.read_string(text)
    service = unit["Service"]
    assert service["ExecStart"].endswith("/actionitem serve")
    assert (service["DynamicUser"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("yes", "strict", "yes")
    assert int(service["TimeoutStopSec"]) > 10
    assert set(re.findall(r"^Environment=(\w+)=", text, re.MULTILINE)) <= SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    text = (ROOT / "deploy/actionitem.service").read_text(encoding="utf-8")
    # The command itself is installed elsewhere; that it is not here is all that may be wrong.
    unit = tmp_path / "actionitem.service"
    unit.write_text(text.replace("/opt/actionitem/bin/actionitem", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Rules and dashboard


def expressions() -> list[str]:
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in ALERTS] + shown


@pytest.fixture(scope="module")
def metrics() -> str:
    """What a process says that has seen one of everything."""
    for times in (ANSWERS, DELIVERIES, RITUALS):
        times.took("one", 1.0)
    RATE_LIMITS.happened("chat.postMessage")
    count_refused("response_url", "expired_url")
    return generate_latest(metrics_registry(lambda: DeliveryBacklog(1, 1, 1, 1.0, 1))).decode()


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_label_and_bucket_that_is_watched_exists(expression: str, metrics: str) -> None:
    for name in re.findall(r"actionitem_\w+", expression):
        assert re.search(rf"^{name}(?:\{{| )", metrics, re.MULTILINE), name
    for label, value in re.findall(r'(state|le)="([^"]+)"', expression):
        assert f'{label}="{value}"' in metrics
    for by in re.findall(r"by \(([^)]+)\)", expression):
        assert all(f'{label.strip()}="' in metrics for label in by.split(",")), by


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus' own tool is not here")
def test_prometheus_own_tool_takes_the_rules_and_the_metrics(metrics: str) -> None:
    rules = str(ROOT / "deploy/prometheus-rules.yml")
    for words, said in ((("rules", rules), None), (("metrics",), metrics)):
        done = subprocess.run(["promtool", "check", *words], input=said, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_rule_says_what_is_so_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["annotations"].keys() == {"summary", "description"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))


def test_every_metric_of_ours_is_watched(metrics: str) -> None:
    """A metric that nobody looks at is only work."""
    ours = {
        re.sub(r"_(bucket|count|sum|created)$", "", name)
        for name in re.findall(r"^(actionitem_\w+)", metrics, re.MULTILINE)
    }
    watched = " ".join(expressions())
    assert [name for name in sorted(ours) if name not in watched] == []
