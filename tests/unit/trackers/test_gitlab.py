"""GitLab's documented answers and webhooks are understood or left alone; what is written there does nothing unasked."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from bot.domain.errors import Refused
from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, Stage
from bot.trackers.gitlab import GitLab
from bot.trackers.gitlab_events import event_of, is_signed
from bot.trackers.gitlab_shapes import (
    StageLabels,
    locate,
    moment,
    name_of,
    place_of,
    said,
    ticket_of,
    without_commands,
)
from bot.trackers.shape import NewTicket, OptionMissing, Reception, TrackerTrouble
from bot.trackers.texts import section
from tests.unit.trackers.gitlab_payloads import ISSUE_HOOK, NOTE_HOOK, PROJECT

SITE = "https://git.acme.example"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
NOW_MS = NOON.timestamp() * 1000
ISSUE: dict[str, Any] = {
    "id": 9012, "iid": 12, "title": "Cap it", "state": "opened", "description": "", "labels": ["post-mortem"],
    "updated_at": "2026-11-30T12:00:00.123Z", "web_url": f"{SITE}/acme/web/shop/-/issues/12", "due_date": "2026-12-01",
    "assignees": [], "confidential": False, "moved_to_id": None, "_links": {"closed_as_duplicate_of": None},
}  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


def gitlab(answer: Answer, **options: str) -> GitLab:
    return GitLab(SITE, "acme/web/shop", "glpat-secret", options, httpx.MockTransport(answer))


class Server:
    """Answers by the end of a path, and keeps what was asked."""

    def __init__(self, /, **answers: Any) -> None:
        self.answers, self.asked = answers, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = request.url.path.rpartition("/")[2]
        found = self.answers.get("issue" if name.isdigit() else name, [])
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    @property
    def paths(self) -> list[str]:
        return [f"{each.method} {each.url.path.removeprefix('/api/v4/')}" for each in self.asked]

    def written(self) -> Any:
        return json.loads(self.asked[-1].content)


def test_project_is_asked_for_by_its_whole_path_in_one_part() -> None:
    server = Server(issue=ISSUE)
    gitlab(server).read("12")
    assert server.asked[0].url.raw_path == b"/api/v4/projects/acme%2Fweb%2Fshop/issues/12"
    assert server.asked[0].headers["private-token"] == "glpat-secret"


@pytest.mark.parametrize(
    ("status", "headers", "body", "means", "words"),
    [
        (401, {}, {"message": "401 Unauthorized"}, Reception.UNAUTHORISED, "401 Unauthorized"),
        (
            401,
            {},
            {"error": "invalid_token", "error_description": "Token is expired. You can either do re-authorization …"},
            Reception.UNAUTHORISED,
            "Token is expired",
        ),
        (403, {}, {"error": "insufficient_scope", "scope": "api"}, Reception.FORBIDDEN, "insufficient_scope"),
        (404, {}, {"message": "404 Project Not Found"}, Reception.MISSING, "404 Project Not Found"),
        (400, {}, {"error": "title is missing"}, Reception.REFUSED, "title is missing"),
        (400, {}, {"message": {"title": ["is too long"]}}, Reception.REFUSED, "title is too long"),
        (400, {}, {"message": {"error": "Spam detected"}}, Reception.REFUSED, "Spam detected"),
        (429, {"retry-after": "30", "ratelimit-remaining": "0"}, None, Reception.LIMITED, ""),
        (502, {}, None, Reception.UNSURE, ""),
    ],
)
def test_what_an_answer_to_a_write_means(
    status: int, headers: dict[str, str], body: Any, means: Reception, words: str
) -> None:
    tracker = gitlab(lambda _request: httpx.Response(status, headers=headers, json=body))
    with pytest.raises(TrackerTrouble) as caught:
        tracker.create(NewTicket("a", "b", "2026-12-01"))
    assert caught.value.meaning is means
    assert f"{status} {status}" not in caught.value.said
    assert words in caught.value.said


def test_request_that_used_the_limit_up_closes_until_its_reset() -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 50)
    server = Server(
        issue=httpx.Response(200, json=ISSUE, headers={"ratelimit-remaining": "0", "ratelimit-reset": reset})
    )
    tracker = gitlab(server)
    tracker.read("12")
    with pytest.raises(TrackerTrouble) as caught:
        tracker.read("12")
    assert caught.value.meaning is Reception.LIMITED
    assert len(server.asked) == 1


def test_new_issue_has_its_day_and_who_it_is_assigned_to() -> None:
    server = Server(issues=ISSUE, users=[{"id": 51, "username": "priya"}])
    made = gitlab(server).create(NewTicket("Cap it", "text", "2026-12-01", "priya"))
    assert server.written() == {
        "title": "Cap it", "description": "text", "labels": "post-mortem", "due_date": "2026-12-01",
        "assignee_ids": [51],
    }  # fmt: skip
    assert (made.ref, made.name, made.due) == ("12", "acme/web/shop#12", "2026-12-01")


def test_person_whom_gitlab_does_not_know_is_not_assigned_and_is_looked_for_once() -> None:
    server = Server(issues=ISSUE, users=[])
    gitlab(server).create(NewTicket("Cap it", "text", "2026-12-01", "nobody"))
    assert "assignee_ids" not in server.written()


@pytest.mark.parametrize(
    ("facts", "body"),
    [
        ({TITLE: "Cap it all"}, {"title": "Cap it all"}),
        ({DUE: "2026-12-09"}, {"due_date": "2026-12-09"}),
        ({ASSIGNEE: ""}, {"assignee_ids": [0]}),
        ({STAGE: Stage.DONE.value}, {"state_event": "close", "remove_labels": "not planned"}),
        ({STAGE: Stage.NOT_PLANNED.value}, {"state_event": "close", "add_labels": "not planned"}),
        ({STAGE: Stage.TO_DO.value}, {"state_event": "reopen", "remove_labels": "not planned"}),
    ],
)
def test_one_request_brings_an_issue_where_its_item_is(facts: dict[str, str], body: dict[str, Any]) -> None:
    server = Server(issue=ISSUE)
    gitlab(server).write("12", facts, "")
    assert server.paths == ["PUT projects/acme/web/shop/issues/12"]
    assert server.written() == body


def test_text_that_stands_there_is_not_sent_again_and_what_people_wrote_around_it_stays() -> None:
    ours = section("ab12", "Due: today")
    server = Server(issue=ISSUE | {"description": f"Theirs\n\n{ours}"})
    gitlab(server).write("12", {TEXT: "x"}, ours)
    assert {each.method for each in server.asked} == {"GET"}
    gitlab(server).write("12", {TEXT: "x"}, section("ab12", "Due: tomorrow"))
    assert server.written()["description"] == f"Theirs\n\n{section('ab12', 'Due: tomorrow')}"


@pytest.mark.parametrize("page", ["<html>Sign in</html>", [], {"id": 1}])
def test_page_of_a_proxy_is_no_issue_and_its_text_is_not_written_over(page: Any) -> None:
    server = Server(issue=page)
    with pytest.raises(TrackerTrouble, match="not GitLab's answer"):
        gitlab(server).write("12", {TEXT: "x"}, section("ab12", "Due: today"))
    assert {each.method for each in server.asked} == {"GET"}


def test_line_that_gitlab_would_carry_out_is_only_text() -> None:
    """A quick action in the details of an item would close the issue, or mention everybody."""
    text = "Do this:\n/close\n  /assign @all\nsee /etc/hosts and a/b\n```\n/due tomorrow\n```"
    assert without_commands(text) == (
        "Do this:\n\\/close\n  \\/assign @all\nsee /etc/hosts and a/b\n```\n\\/due tomorrow\n```"
    )
    server = Server(notes={})
    gitlab(server).comment("12", "/close")
    assert server.written() == {"body": "\\/close"}


def test_issue_that_was_moved_is_missing_though_it_is_still_shown() -> None:
    with pytest.raises(TrackerTrouble) as caught:
        gitlab(Server(issue=ISSUE | {"state": "closed", "moved_to_id": 92})).read("12")
    assert (caught.value.meaning, caught.value.said) == (Reception.MISSING, "transferred")


def test_renamed_project_is_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if b"%2F" in request.url.raw_path:
            return httpx.Response(301, headers={"location": f"{SITE}/api/v4/projects/81/issues/12"})
        return httpx.Response(200, json=ISSUE)

    assert gitlab(answer).read("12").ref == "12"


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, Stage.TO_DO),
        ({"labels": ["Doing"]}, Stage.IN_PROGRESS),
        ({"labels": ["workflow::in progress"]}, Stage.IN_PROGRESS),
        ({"labels": [{"title": "Doing"}]}, Stage.IN_PROGRESS),
        ({"state": "closed", "labels": ["Doing"]}, Stage.DONE),
        ({"state": "closed", "labels": ["Won't do"]}, Stage.NOT_PLANNED),
        ({"state": "closed", "_links": {"closed_as_duplicate_of": f"{SITE}/api/v4/x"}}, Stage.NOT_PLANNED),
        ({"state": "closed", "duplicated_to_id": 75}, Stage.NOT_PLANNED),
    ],
)  # fmt: skip
def test_stage_of_an_issue(facts: dict[str, Any], stage: Stage) -> None:
    assert ticket_of(ISSUE | facts).stage is stage


def test_connection_names_its_own_labels() -> None:
    labels = StageLabels.of({"in_progress": "In dev,Review", "not_planned": "Rejected"})
    assert ticket_of(ISSUE | {"labels": ["review"]}, labels).stage is Stage.IN_PROGRESS
    assert ticket_of(ISSUE | {"labels": ["rejected"], "state": "closed"}, labels).stage is Stage.NOT_PLANNED
    server = Server(issue=ISSUE)
    gitlab(server, not_planned="Rejected").write("12", {STAGE: Stage.NOT_PLANNED.value}, "")
    assert server.written()["add_labels"] == "rejected"


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        (f"{SITE}/acme/web/shop/-/issues/12", "12"),
        (f"{SITE}/acme/web/shop/-/work_items/12", "12"),
        (f"{SITE}/acme/web/shop/-/issues/incident/12#note_7", "12"),
        (f"{SITE}/Acme/web/shop/issues/12/?x=1", "12"),
        (f"{SITE}/acme/shop/-/issues/12", ""),
        (f"{SITE}/acme/web/shop/-/merge_requests/12", ""),
        (f"{SITE}/acme/web/shop/-/issues/012", ""),
        (f"{SITE}:444/acme/web/shop/-/issues/12", ""),
        ("https://gitlab.com/acme/web/shop/-/issues/12", ""),
        ("https://[", ""),
    ],
)
def test_address_of_a_page_is_the_connections_or_nobodys(url: str, ref: str) -> None:
    assert locate(url, SITE, "acme/web/shop") == ref


def test_gitlab_below_a_path_is_known_by_its_pages() -> None:
    assert locate(f"{SITE}/gitlab/acme/shop/-/issues/3", f"{SITE}/gitlab", "acme/shop") == "3"
    assert name_of("https://gitlab.com/group/sub/project/-/work_items/12") == "group/sub/project#12"
    assert name_of("https://acme.atlassian.net/browse/OPS-1") == ""


def test_options_name_the_project_and_gitlab_com_need_not_be_said() -> None:
    assert place_of({"project": "acme/web/shop"}).url == "https://gitlab.com"
    assert place_of({"project": "/acme/shop/", "url": f"{SITE}/api/v4/"}).url == SITE
    with pytest.raises(OptionMissing):
        place_of({"project": None})
    with pytest.raises(Refused, match="GROUP/PROJECT"):
        place_of({"project": "shop"})


def event(at: datetime, **note: Any) -> dict[str, Any]:
    author = {"id": 5, "username": "octocat", "name": "Octo"}
    whole = {
        "id": 1312,
        "body": "Nice",
        "system": False,
        "noteable_type": "Issue",
        "noteable_iid": 12,
        "author": author,
    }
    at_ = at.isoformat().replace("+00:00", "Z")
    return {
        "action_name": "commented on",
        "created_at": at_,
        "author": author,
        "note": {**whole, "created_at": at_, **note},
    }


def test_changes_are_two_requests_and_once_a_day_one_of_them_asks_for_the_token() -> None:
    self_ = {"expires_at": "2026-12-10", "scopes": ["api"]}
    server = Server(issues=[ISSUE], events=[event(NOON)], self=self_)
    tracker = gitlab(server)
    first = tracker.changed_since("2026-11-30T12:00:00.123Z")
    assert [each.rpartition("/")[2] for each in server.paths] == ["issues", "self"]
    assert (first.more, tracker.token_ends) == (False, datetime(2026, 12, 10, tzinfo=UTC))
    assert not [each for each in server.paths if each.endswith("/events")]
    second = tracker.changed_since("2026-11-30T11:59:00Z")
    assert [each.rpartition("/")[2] for each in server.paths[2:]] == ["issues", "events"]
    assert second.cursor == ISSUE["updated_at"]
    assert [each.comment.by for each in second.events if each.comment] == ["octocat"]


def test_token_is_looked_at_also_where_something_is_always_new() -> None:
    tracker = gitlab(Server(issues=[ISSUE], events=[event(NOON)], self={"expires_at": "2026-12-10"}))
    assert tracker.changed_since("2026-11-30T11:59:00Z").events
    assert tracker.token_ends == datetime(2026, 12, 10, tzinfo=UTC)


def test_comments_that_are_old_lines_of_gitlabs_own_or_of_something_else_are_left() -> None:
    left = [
        event(NOON, system=True),
        event(NOON, noteable_type="MergeRequest"),
        event(NOON, noteable_iid=None),
        event(NOON - timedelta(hours=1)),
    ]
    ours = event(NOON, body="AI-1 is deferred\n<!-- actionitem:ab-3 -->")
    server = Server(issues=[ISSUE], events=[ours, *left], self={})
    found = gitlab(server).changed_since("2026-11-30T11:59:00Z").events
    assert [each.comment.is_person for each in found if each.comment] == [False]


def test_full_page_is_read_on_from_its_last_change_and_of_one_moment_by_its_number() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/issues"):
            return httpx.Response(200, json=[])
        page = int(request.url.params["page"])
        at = "2026-11-30T12:00:00.000Z" if page < 3 else "2026-11-30T12:00:05.000Z"
        headers = {"x-next-page": str(page + 1)}
        return httpx.Response(200, json=[ISSUE | {"iid": page, "updated_at": at}], headers=headers)

    page = gitlab(answer).changed_since("2026-11-30T12:00:00Z")
    assert [each.ref for each in page.events] == ["1", "2", "3"]
    assert (page.cursor, page.more) == ("2026-11-30T12:00:05.000Z", True)


def test_ticket_is_found_by_its_mark_on_whatever_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = request.url.params["page"]
        text = section("ab12", "x") if page == "2" else ""
        return httpx.Response(
            200, json=[ISSUE | {"description": text}], headers={"x-next-page": "2" if page == "1" else ""}
        )

    assert gitlab(answer).find("ab12", NOON)
    assert gitlab(answer).find("cd34", NOON) is None


def test_what_was_deleted_is_missed_once_a_day_and_what_is_only_not_listed_is_not() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/issues"):
            return httpx.Response(200, json=[ISSUE])
        gone = request.url.path.endswith("/13")
        return httpx.Response(404, json={"message": "404 Issue Not Found"}) if gone else httpx.Response(200, json=ISSUE)

    tracker = gitlab(answer)
    assert tracker.missing(["12", "13", "14"]) == ["13"]
    assert tracker.missing(["12", "13", "14"]) == ()


def test_change_that_closed_an_issue_is_the_one_that_was_merged() -> None:
    changes = [
        {"state": "opened", "web_url": "https://x/1"},
        {"state": "merged", "merged_at": "2026-11-30T12:00:00Z", "web_url": "https://x/2"},
    ]
    assert gitlab(Server(closed_by=changes)).closing_change("12") == "https://x/2"
    assert gitlab(Server(closed_by=httpx.Response(404))).closing_change("12") == ""


@pytest.mark.parametrize(
    ("project", "scopes", "words"),
    [
        ({"permissions": {"project_access": {"access_level": 20}}}, ["api"], "may write: ok"),
        ({"permissions": {"project_access": None, "group_access": {"access_level": 10}}}, ["api"], "“Planner”"),
        ({"permissions": {"project_access": {"access_level": 30}}}, ["read_api"], "lacks the scope “api”"),
        ({"archived": True}, ["api"], "archived"),
        ({"issues_enabled": False}, ["api"], "has no issues"),
    ],
)
def test_check_says_what_the_token_may(project: dict[str, Any], scopes: list[str], words: str) -> None:
    server = Server(user={"username": "bot"}, self={"scopes": scopes, "expires_at": "2026-12-10"})
    server.answers["acme%2Fweb%2Fshop"] = server.answers["shop"] = project
    said_ = "\n".join(gitlab(server).check())
    assert words in said_
    assert "as: bot, with a token that ends on 2026-12-10" in said_


def test_documented_webhook_of_an_issue_is_a_ticket_as_it_was() -> None:
    found = event_of(ISSUE_HOOK, PROJECT)
    assert found
    assert found.ticket
    assert (found.ref, found.by, found.is_person) == ("23", "root", True)
    assert (found.ticket.assignee, found.ticket.due, found.ticket.stage) == ("user1", "", Stage.TO_DO)
    assert found.ticket.at == datetime(2013, 12, 3, 17, 15, 43, tzinfo=UTC)
    assert event_of(ISSUE_HOOK, "gitlabhq/other") is None


def test_documented_webhook_of_a_comment_tells_of_the_comment_alone() -> None:
    found = event_of(NOTE_HOOK, PROJECT)
    assert found
    assert found.comment
    assert (found.ref, found.ticket, found.comment.id, found.comment.is_person) == ("17", None, "1241", True)
    assert found.comment.at == datetime(2015, 5, 17, 17, 6, 40, tzinfo=UTC)
    about = NOTE_HOOK["object_attributes"]
    for changed in ({"noteable_type": "Commit"}, {"action": "update"}, {"system": True}):
        assert event_of({**NOTE_HOOK, "object_attributes": about | changed}, PROJECT) is None


def test_token_of_a_project_is_no_person() -> None:
    user = {"username": "project_123_bot_4ffca233d8298ea1"}
    found = event_of({**ISSUE_HOOK, "user": user}, PROJECT)
    assert found
    assert not found.is_person


def test_moved_issue_is_told_by_its_webhook() -> None:
    about = ISSUE_HOOK["object_attributes"] | {"moved_to_id": 92, "state": "closed"}
    found = event_of({**ISSUE_HOOK, "object_attributes": about}, PROJECT)
    assert found
    assert (found.gone, found.ticket) == ("transferred", None)


def test_title_of_a_confidential_issue_is_for_nobody_here() -> None:
    about = ISSUE_HOOK["object_attributes"] | {"confidential": True}
    found = event_of({**ISSUE_HOOK, "object_attributes": about}, PROJECT)
    assert found
    assert found.ticket
    assert TITLE not in found.ticket.facts


def test_secret_token_is_compared_and_an_empty_one_opens_nothing() -> None:
    assert is_signed({"x-gitlab-token": "s3cret"}, b"{}", "s3cret", NOW_MS)
    for given in ({"x-gitlab-token": "s3cre"}, {"x-gitlab-token": "ü"}, {}):
        assert not is_signed(given, b"{}", "s3cret", NOW_MS)
    assert not is_signed({"x-gitlab-token": ""}, b"{}", "", NOW_MS)


def signed(secret: str, body: bytes, at: datetime = NOON) -> dict[str, str]:
    sent = str(int(at.timestamp()))
    digest = hmac.new(b"k" * 32, f"id-1.{sent}.".encode() + body, sha256).digest()
    signature = f"v1,AAAA v1,{b64encode(digest).decode()}"
    return {"webhook-id": "id-1", "webhook-timestamp": sent, "webhook-signature": signature, "x-gitlab-token": secret}


def test_signing_token_signs_body_and_time_and_is_never_taken_as_a_token() -> None:
    """GitLab signs by Standard Webhooks where a signing token is set."""
    secret = f"whsec_{b64encode(b'k' * 32).decode()}"
    assert is_signed(signed(secret, b"{}"), b"{}", secret, NOW_MS)
    assert not is_signed(signed(secret, b"{}"), b"[]", secret, NOW_MS)
    assert not is_signed({"x-gitlab-token": secret}, b"{}", secret, NOW_MS)
    assert not is_signed(signed(secret, b"{}", NOON - timedelta(minutes=6)), b"{}", secret, NOW_MS)
    assert not is_signed(signed(secret, b"{}") | {"webhook-timestamp": "9" * 5000}, b"{}", secret, NOW_MS)
    assert not is_signed(signed(secret, b"{}"), b"{}", "whsec_%%%", NOW_MS)


@pytest.mark.parametrize("payload", [None, [], {}, {"object_kind": "push"}, {"object_kind": "issue", "project": 5}])
def test_payload_that_is_none_is_left_alone(payload: Any) -> None:
    assert event_of(payload, PROJECT) is None


def test_times_and_errors_are_read_in_every_way_they_are_written() -> None:
    assert moment("2015-05-17 17:06:40 UTC") == moment("2015-05-17T17:06:40.000Z")
    assert said({"message": {"base": ["a", "b"]}}) == "base a b"
    assert said("Retry later") == ""
