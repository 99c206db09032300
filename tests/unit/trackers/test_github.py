"""GitHub's real payloads are understood or left alone; what its answers mean; and no other host is ever called."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.domain.pulls import PullStage
from bot.domain.tickets import Stage
from bot.trackers.github import GitHub, app_token
from bot.trackers.github_code import ReadUntil
from bot.trackers.github_events import event_of, is_signed
from bot.trackers.github_shapes import is_production, locate, locate_guard, said, ticket_of
from bot.trackers.known import KNOWN
from bot.trackers.shape import NewTicket, Reception, TrackerTrouble
from bot.trackers.texts import section, with_section

API = "https://api.github.com/"
ISSUE = {
    "number": 12, "title": "Cap it", "state": "open", "body": "", "updated_at": "2026-11-30T12:00:00Z",
    "html_url": "https://github.com/acme/shop/issues/12", "labels": [{"name": "post-mortem"}],
}  # fmt: skip


def github(answer: Any, **options: str) -> GitHub:
    return GitHub(API, "acme/shop", "ghp_secret", options, httpx.MockTransport(answer))


def refused(answer: httpx.Response, method: str = "POST") -> TrackerTrouble:
    tracker = github(lambda _request: answer)
    with pytest.raises(TrackerTrouble) as caught:
        tracker.create(NewTicket("a", "b", "")) if method == "POST" else tracker.read("12")
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "body", "means"),
    [
        (401, {}, {"message": "Bad credentials"}, Reception.UNAUTHORISED),
        (403, {}, {"message": "Resource not accessible by integration"}, Reception.FORBIDDEN),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, {"message": "x"}, Reception.LIMITED),
        (403, {"retry-after": "30"}, {"message": "You have exceeded a secondary rate limit"}, Reception.LIMITED),
        (429, {"retry-after": "30"}, {"message": "x"}, Reception.LIMITED),
        (404, {}, {"message": "Not Found"}, Reception.MISSING),
        (410, {}, {"message": "This issue was deleted"}, Reception.MISSING),
        (422, {}, {"message": "Validation Failed"}, Reception.REFUSED),
        (500, {}, None, Reception.UNSURE),
        (503, {}, None, Reception.UNSURE),
    ],
)
def test_what_an_answer_to_a_write_means(status: int, headers: dict[str, str], body: Any, means: Reception) -> None:
    assert refused(httpx.Response(status, headers=headers, json=body)).meaning is means


def test_server_in_trouble_has_not_taken_what_was_only_read() -> None:
    assert refused(httpx.Response(502), "GET").meaning is Reception.AWAY


def test_pause_that_was_asked_for_is_kept_by_the_next_request_without_asking() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(429, headers={"retry-after": "30"})

    tracker = github(answer)
    for _turn in range(3):
        with pytest.raises(TrackerTrouble) as caught:
            tracker.read("12")
        assert caught.value.meaning is Reception.LIMITED
        assert 29 < (caught.value.retry_after or 0) <= 30
    assert len(asked) == 1


@pytest.mark.parametrize("where", ["https://evil.example/x", "http://api.github.com/x", "https://api.github.com:444/x"])
def test_no_other_host_is_called_whatever_an_answer_says(where: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(301, headers={"location": where})

    with pytest.raises(TrackerTrouble):
        github(answer).read("12")
    assert asked == [f"{API}repos/acme/shop/issues/12"]


def test_renamed_repository_is_followed_and_a_transferred_issue_is_missing() -> None:
    def renamed(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/repositories/"):
            return httpx.Response(200, json=ISSUE)
        return httpx.Response(301, headers={"location": f"{API}repositories/7/issues/12"})

    assert github(renamed).read("12").title == "Cap it"
    moved = github(lambda _request: httpx.Response(200, json=ISSUE | {"number": 3}))
    with pytest.raises(TrackerTrouble) as caught:
        moved.read("12")
    assert caught.value.meaning is Reception.MISSING


def test_assignee_that_github_does_not_take_is_left_out() -> None:
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(201, json=ISSUE) if "assignees" not in bodies[-1] else httpx.Response(422, json={})

    assert github(answer).create(NewTicket("a", "b", "", "gone")).ref == "12"
    assert [("assignees" in body, body["labels"]) for body in bodies] == [
        (True, ["post-mortem"]),
        (False, ["post-mortem"]),
    ]


def test_ticket_is_found_by_its_mark_on_whatever_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("page") == "2":
            return httpx.Response(200, json=[ISSUE | {"body": "<!-- actionitem:abc -->"}])
        return httpx.Response(
            200, json=[ISSUE], headers={"link": f'<{request.url.copy_set_param("page", 2)}>; rel="next"'}
        )

    found = github(answer).find("abc", datetime(2026, 11, 30, tzinfo=UTC))
    assert found
    assert found.ref == "12"
    assert (
        github(lambda _request: httpx.Response(200, json=[ISSUE])).find("abc", datetime(2026, 11, 30, tzinfo=UTC))
        is None
    )


def test_what_people_wrote_around_our_section_stays() -> None:
    body = "Checklist\n- [ ] one\n\n" + section("abc", "old") + "\n\nMine"
    assert with_section(body, section("abc", "new")) == "Checklist\n- [ ] one\n\n" + section("abc", "new") + "\n\nMine"
    assert with_section("Theirs", section("abc", "new")).startswith("Theirs\n\n<!-- actionitem:abc -->")


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://github.com/acme/shop/issues/12", "12"),
        ("https://www.github.com/Acme/Shop/issues/12/", "12"),
        ("https://github.com/acme/other/issues/12", ""),
        ("https://github.com/acme/shop/pull/12", ""),
        ("https://github.com.evil.example/acme/shop/issues/12", ""),
        ("https://evil.example/acme/shop/issues/12", ""),
        ("https://github.com/acme/shop/issues/0", ""),
    ],
)
def test_address_of_a_page_is_the_connections_or_nobodys(url: str, ref: str) -> None:
    assert locate(url, API, "acme/shop") == ref


def test_address_on_enterprise_server() -> None:
    assert (
        locate("https://git.acme.example/acme/shop/issues/12", "https://git.acme.example/api/v3", "acme/shop") == "12"
    )


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"state": "open"}, Stage.TO_DO),
        ({"state": "open", "labels": [{"name": "In Progress"}]}, Stage.IN_PROGRESS),
        ({"state": "closed", "state_reason": "completed"}, Stage.DONE),
        ({"state": "closed", "state_reason": None}, Stage.DONE),
        ({"state": "closed", "state_reason": "not_planned"}, Stage.NOT_PLANNED),
        ({"state": "closed", "state_reason": "duplicate"}, Stage.NOT_PLANNED),
    ],
)
def test_stage_of_an_issue(facts: dict[str, Any], stage: Stage) -> None:
    assert ticket_of(ISSUE | facts).stage is stage


def test_comments_and_issues_are_two_requests_and_a_full_page_goes_on() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("comments"):
            comment = {
                "id": 1,
                "issue_url": f"{API}repos/acme/shop/issues/12",
                "user": None,
                "updated_at": "2026-11-30T12:00:09Z",
            }
            return httpx.Response(200, json=[comment])
        pull = ISSUE | {"number": 13, "pull_request": {}}
        return httpx.Response(200, json=[ISSUE, pull], headers={"link": f'<{API}x>; rel="next"'})

    page = github(answer).changed_since("2026-11-30T11:00:00Z")
    assert [(event.ref, bool(event.ticket), bool(event.comment)) for event in page.events] == [
        ("12", True, False),
        ("", False, False),
        ("12", False, True),
    ]
    assert page.events[1].pull
    assert page.events[2].by == "ghost"
    assert (ReadUntil.read(page.cursor).time, page.more) == ("2026-11-30T12:00:00Z", True)


def test_app_signs_with_its_key_and_its_token_is_asked_for_once() -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, request.headers["authorization"]))
        if request.url.path.endswith("access_tokens"):
            return httpx.Response(201, json={"token": "ghs_1", "expires_at": "2999-01-01T00:00:00Z"})
        return httpx.Response(200, json=ISSUE)

    options = {"app_id": "5", "installation_id": "77"}
    tracker = GitHub(API, "acme/shop", pem, options, httpx.MockTransport(answer))
    tracker.read("12")
    tracker.read("12")
    assert [path for path, _ in asked] == ["/app/installations/77/access_tokens", *["/repos/acme/shop/issues/12"] * 2]
    assert asked[1][1] == "Bearer ghs_1"
    assert app_token("5", pem, 1_000).count(".") == 2
    with pytest.raises(TrackerTrouble):
        app_token("5", "no key", 1_000)


def test_signature_is_of_the_secret_and_an_empty_secret_signs_nothing() -> None:
    good = "sha256=7cf57d9d6d5d4ee1ea4e4b0ca5e0d11d3f1a3e1fb1b8df3ef1c0b4ad6ba9f7be"
    assert not is_signed({"x-hub-signature-256": good}, b"{}", "secret")
    assert not is_signed({}, b"{}", "secret")
    assert not is_signed({"x-hub-signature-256": "sha256="}, b"{}", "")
    assert not is_signed({"x-hub-signature-256": "ü"}, b"{}", "secret")


SAMPLES = json.loads((Path(__file__).parent / "github_events.json").read_text(encoding="utf-8"))
"""Real payloads, cut down to what is read of them."""


@pytest.mark.parametrize(("name", "payload"), SAMPLES.items())
def test_real_webhook_is_understood_or_left_alone(name: str, payload: Any) -> None:
    kind = name.partition("__")[0].rstrip("_").removesuffix(".1")
    event = event_of(kind, payload, (payload.get("repository") or {}).get("full_name", ""))
    if kind == "pull_request":
        assert event
        assert event.pull
        assert event.pull.ref == str(payload["pull_request"]["number"])
        return
    if kind not in ("issues", "issue_comment"):
        assert event is None or event.deployment
        return
    assert event
    assert event.ref == str(payload["issue"]["number"])
    assert event.by == payload["sender"]["login"]
    assert event.ticket is None or event.ticket.at.year >= 2018
    assert event_of(kind, payload, "somebody/else") is None


@pytest.mark.parametrize("payload", [None, [], {}, {"issue": {}}, {"issue": {"number": "x"}}, {"issue": {"number": 1}}])
def test_payload_that_is_none_is_left_alone(payload: Any) -> None:
    assert event_of("issues", payload, "acme/shop") is None


def test_words_of_an_error_name_the_field() -> None:
    errors = [{"resource": "Issue", "code": "missing_field", "field": "title"}]
    assert said({"message": "Validation Failed", "errors": errors}) == "Validation Failed title: missing_field"
    assert said(None) == ""


PULL_IN_LIST = ISSUE | {
    "number": 41, "html_url": "https://github.com/acme/shop/pull/41", "title": "AI-12", "state": "closed",
    "pull_request": {"merged_at": "2026-11-30T11:59:59Z"},
}  # fmt: skip


def test_pull_request_is_told_also_where_the_token_may_not_read_it_and_is_asked_for_once() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if "/pulls/" in request.url.path:
            return httpx.Response(403, json={"message": "Resource not accessible by personal access token"})
        return httpx.Response(200, json=[] if request.url.path.endswith("comments") else [PULL_IN_LIST])

    tracker = github(answer)
    page = tracker.changed_since("2026-11-30T11:00:00Z")
    pull = page.events[0].pull
    assert pull
    assert (pull.name, pull.stage, pull.branch) == ("acme/shop#41", PullStage.MERGED, "")
    again = tracker.changed_since(page.cursor)
    assert again.events == []
    merged = PULL_IN_LIST | {"pull_request": {"merged_at": None}}
    assert not ReadUntil.read(page.cursor).is_seen(merged)  # in the same second, and yet another
    assert sum("/pulls/" in path for path in asked) == 1


def test_deployment_is_asked_for_while_one_is_waited_for_in_place_of_comments() -> None:
    asked: list[str] = []
    deployments: list[dict[str, Any]] = [
        {"id": 1, "sha": "abc", "environment": "production", "updated_at": "2026-11-30T12:00:00Z"},
        {"id": 2, "sha": "abc", "environment": "staging", "updated_at": "2026-11-30T12:00:00Z"},
        {"id": 3, "sha": "old", "environment": "production", "updated_at": "2026-11-01T12:00:00Z"},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/repos/acme/shop/"))
        if request.url.path.endswith("statuses"):
            states = [{"state": "inactive"}, {"state": "success", "created_at": "2026-11-30T12:00:00Z"}]
            return httpx.Response(200, json=states)
        return httpx.Response(200, json=deployments if request.url.path.endswith("deployments") else [])

    tracker = github(answer)
    page = tracker.changed_or_deployed_since("2026-11-30T11:00:00Z")
    assert [event.deployment and event.deployment.sha for event in page.events] == ["abc"]
    assert asked == ["issues", "deployments", "deployments/1/statuses"]
    asked.clear()
    assert tracker.changed_or_deployed_since(page.cursor).events == []
    assert asked == ["issues", "deployments"]


@pytest.mark.parametrize(
    ("environment", "flag", "is_so"),
    [
        ("production", None, True), ("Prod-EU", None, True), ("live", False, True), ("blue", True, True),
        ("preproduction", None, False), ("staging", False, False), ("github-pages", False, False),
        ("lively", None, False),
    ],
)  # fmt: skip
def test_environment_is_production_by_its_flag_or_its_name(environment: str, flag: bool | None, is_so: bool) -> None:
    assert is_production({"environment": environment, "production_environment": flag}) is is_so


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://github.com/acme/shop/blob/main/tests/a%20b.py#L3", "blob/main/tests/a b.py"),
        ("https://github.com/Acme/Shop/actions/workflows/ci.yml", "actions/workflows/ci.yml"),
        ("https://github.com/acme/shop/issues/3", ""),
        ("https://github.com/acme/shop/actions/runs/3", ""),
        ("https://github.com/acme/other/blob/main/a.py", ""),
        ("https://evil.example/acme/shop/blob/main/a.py", ""),
    ],
)
def test_guard_is_a_file_or_workflow_of_the_repository(url: str, path: str) -> None:
    assert locate_guard(url, API, "acme/shop") == path


@pytest.mark.parametrize(
    "rest",
    [
        "blob/main/../../../../user",
        "blob/main/%2e%2e/%2E%2E/%2e%2e/%2e%2e/user",
        "blob/main/./a.py",
        "actions/workflows/..",
        "actions/workflows/a%0d%0ab.yml",
        "blob/main/a%00b",
        "blob/main/\ud800",
    ],
)
def test_guard_looks_at_nothing_outside_the_repository_and_at_no_name_that_is_none(rest: str) -> None:
    assert locate_guard(f"https://github.com/acme/shop/{rest}", API, "acme/shop") == ""


@pytest.mark.parametrize(
    "url", ["https://[bad/x", "https://ex\u2100mple.com/x", "https://github.com:99999/a/b/issues/1"]
)
@pytest.mark.parametrize("api", [API, "https://code.example.com/api/v3"])
def test_address_that_is_none_is_no_ticket_and_no_guard(url: str, api: str) -> None:
    for each in KNOWN.values():
        assert (each.locate(url, api, "acme/shop"), each.locate_guard(url, api, "acme/shop"), each.name_of(url)) == (
            "",
            "",
            "",
        )


def test_workflow_whose_name_has_marks_is_asked_for_by_that_name() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"state": "active"})

    assert github(answer).find_guard("actions/workflows/?x=1")
    assert seen == [f"{API}repos/acme/shop/actions/workflows/%3Fx%3D1"]


def test_address_that_is_too_long_to_be_asked_for_is_refused() -> None:
    with pytest.raises(TrackerTrouble) as caught:
        github(lambda _request: httpx.Response(200)).read("1" * 70_000)
    assert caught.value.meaning is Reception.REFUSED


@pytest.mark.parametrize(
    ("path", "there", "found"),
    [
        ("blob/main/tests/a.py", {("tests/a.py", "")}, True),
        ("blob/fix/lag/tests/a.py", {("tests/a.py", "fix/lag")}, True),
        ("blob/gone-branch/tests/a.py", {("tests/a.py", "")}, True),
        # An address of one commit is good for ever: what counts is whether it is still on the default branch.
        ("blob/0123456789abcdef0123456789abcdef01234567/tests/a.py", {("tests/a.py", "0123456"), ("", "")}, False),
        ("blob/main/tests/a.py", {("", "")}, False),
        # GitHub says “Not Found” also of what a token may not read.
        ("blob/main/tests/a.py", set(), None),
    ],
)
def test_guard_is_there_gone_or_cannot_be_told(path: str, there: set[tuple[str, str]], found: bool | None) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.url.path.partition("/contents/")[2], request.url.params.get("ref", "")
        return httpx.Response(200 if asked in there else 404, json={})

    assert github(answer).find_guard(path) is found


@pytest.mark.parametrize(("state", "found"), [("active", True), ("disabled_manually", False), (None, False)])
def test_workflow_that_is_switched_off_tells_nobody_any_more(state: str | None, found: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "/workflows/" in request.url.path:
            return httpx.Response(200, json={"state": state}) if state else httpx.Response(404, json={})
        return httpx.Response(200, json=[])

    assert github(answer).find_guard("actions/workflows/ci.yml") is found


@pytest.mark.parametrize(
    ("status", "is_in"), [("ahead", True), ("identical", True), ("behind", False), ("diverged", False)]
)
def test_deployment_holds_what_is_in_its_history(status: str, is_in: bool) -> None:
    assert github(lambda _request: httpx.Response(200, json={"status": status})).holds("new", "old") is is_in


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("2026-12-10 08:00:00 UTC", "2026-12-10T08:00:00+00:00"),
        ("2026-12-10 08:00:00 +0200", "2026-12-10T08:00:00+02:00"),
        ("", ""), ("soon", ""),
    ],
)  # fmt: skip
def test_token_says_when_it_ends_while_it_still_works(said: str, ends: str) -> None:
    headers = {"GitHub-Authentication-Token-Expiration": said} if said else {}
    tracker = github(lambda _request: httpx.Response(200, json=ISSUE, headers=headers))
    tracker.read("12")
    assert (tracker.token_ends.isoformat() if tracker.token_ends else "") == ends


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("- **Due:** 2026-12-20", "2026-12-20"),
        ("- **Due:** 2026-12-20\r", "2026-12-20"),
        ("- **Due:**   2026-12-20  ", "2026-12-20"),
        ("- **Due:** 2026-13-20", None),
        ("- **Due:** next week", None),
        ("- **Owner:** Due: 2026-12-20", None),
    ],
)
def test_due_date_is_read_from_our_section_of_the_text_and_from_nowhere_else(line: str, due: str | None) -> None:
    ours = section("ab12", f"The runbook says\n- **Due:** 2020-01-01 or later\n\n{line}\n- **Verify by:** 2026-01-01")
    assert ticket_of(ISSUE | {"body": f"- **Due:** 2031-01-01\n\n{ours}"}).due == due
    assert ticket_of(ISSUE | {"body": f"- **Due:** 2031-01-01\n{line}"}).due is None


def test_text_that_github_ends_the_lines_of_in_its_own_way_is_not_written_again() -> None:
    ours = section("ab12", "- **Owner:** Priya\n- **Due:** 2026-12-20")
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(200, json=ISSUE | {"body": f"Theirs\n\n{ours}".replace("\n", "\r\n")})

    github(answer).write("12", {"text": "x", "due": "2026-12-20"}, ours)
    assert asked == ["GET"]
