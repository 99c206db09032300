"""What the kitchen serves: messages, modals and a Home with every block and element that the page draws."""

from typing import Any

Json = dict[str, Any]

INCIDENTS = ["Checkout down", "Checkout slow", "Vault sealed", "Payments delayed"]
NOON = 1_795_435_200  # 2026-11-23 12:00 UTC
FINDING = (
    "*“Improve monitoring” does not say what will be different.* Name the signal and when it should fire.\n"
    "For example: “Alert when *checkout error rate* is over *2 %* for *5 minutes*”."
)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text)} | more


def context(*texts: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def options(*texts: str) -> list[Json]:
    return [{"text": plain(text), "value": text.lower().replace(" ", "_")} for text in texts]


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": text} | more


def field(label: str, element: Json, block_id: str, **more: Any) -> Json:
    return {
        "type": "input",
        "label": plain(label),
        "element": element | {"action_id": "value"},
        "block_id": block_id,
    } | more


def modal(title: str, blocks: list[Json], submit: str | None = None, **more: Any) -> Json:
    view: Json = {"type": "modal", "title": plain(title), "blocks": blocks} | more
    return view | ({"submit": plain(submit)} if submit else {})


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input"} | more


def select(*texts: str, **more: Any) -> Json:
    return {"type": "static_select", "options": options(*texts)} | more


IMPACT = [
    "1 – one rarely used path",
    "2 – one path that some people need",
    "3 – a main path, or one service",
    "4 – several services",
    "5 – shared infrastructure or every service",
]


def new_item(action: str, *, coach: bool = False) -> Json:
    """The product's first modal, with its labels."""
    initial = {"initial_value": action} if action else {}
    findings: list[Json] = []
    if coach:
        keep = {"type": "checkboxes", "action_id": "keep", "options": options("Keep my wording")}
        findings = [section(FINDING), {"type": "actions", "block_id": "keep", "elements": [keep]}]
    blocks = [
        field("Action", text_input(max_length=150, focus_on_load=True, **initial), "action"),
        *findings,
        field("Details", text_input(multiline=True), "details", optional=True),
        field("Owner", {"type": "users_select", "placeholder": plain("Who sees it through?")}, "owner"),
        field("Collaborators", {"type": "multi_users_select"}, "collaborators", optional=True),
        field("Due date", {"type": "datepicker", "initial_date": "2026-12-07"}, "due"),
        field("Incident", {"type": "external_select", "min_query_length": 1}, "incident", optional=True),
        field("Remedy", select("Automation", "Guardrail", "Validation", "Monitoring", "Training"), "remedy"),
        field("Impact", select(*IMPACT), "impact"),
        field(
            "How will we verify it?",
            text_input(),
            "verification",
            hint=plain("What will tell us that it works: a test, a drill, an alert fired on purpose."),
        ),
    ]
    return modal("New action item", blocks, "Create", callback_id="new_item", close=plain("Cancel"))


def everything(reason: str | None = None) -> Json:
    """A modal with every field."""
    groups = [
        {"label": plain("Soon"), "options": options("Today", "This week")},
        {"label": plain("Later"), "options": options("Next quarter")},
    ]
    blocks: list[Json] = [
        field("Reason", select("Another team", "Larger than estimated"), "reason") | {"dispatch_action": True},
        field("Short text", text_input(min_length=3, max_length=20), "short"),
        field("Long text", text_input(multiline=True, initial_value="As it was"), "long", optional=True),
        field(
            "Number", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, "number", optional=True
        ),
        field("Mail", {"type": "email_text_input"}, "mail", optional=True),
        field("Link", {"type": "url_text_input"}, "link", optional=True),
        field("Day", {"type": "datepicker"}, "day", optional=True),
        field("Hour", {"type": "timepicker"}, "hour", optional=True),
        field("Moment", {"type": "datetimepicker", "initial_date_time": NOON}, "moment", optional=True),
        field("When", {"type": "static_select", "option_groups": groups}, "when", optional=True),
        field("Channel", {"type": "conversations_select", "filter": {"include": ["public"]}}, "channel", optional=True),
        field("Public channel", {"type": "channels_select"}, "public", optional=True),
        field(
            "Themes",
            {"type": "multi_static_select", "options": options("Alerts", "Deploys", "Retries")},
            "themes",
            optional=True,
        ),
        field("Related", {"type": "multi_external_select", "min_query_length": 1}, "related", optional=True),
        field(
            "Result", {"type": "radio_buttons", "options": options("It works", "It does not")}, "result", optional=True
        ),
        field(
            "Also", {"type": "checkboxes", "options": options("Tell the lead", "Tell the team")}, "also", optional=True
        ),
        field("Notes", {"type": "rich_text_input"}, "notes", optional=True),
    ]
    blocks[0]["element"]["action_id"] = "reason"
    if reason:
        chosen = next(each for each in blocks[0]["element"]["options"] if each["value"] == reason)
        blocks[0]["element"]["initial_option"] = chosen
        blocks.insert(1, field("Escalated to", text_input(), "escalated"))
    return modal("Everything", blocks, "Save", callback_id="everything")


def floor(depth: int) -> Json:
    """One of a stack of modals."""
    blocks = [section(f"Floor *{depth}*"), field("Note", text_input(), "note", optional=True)]
    if depth < 3:
        deeper = button("Go deeper", "deeper") | {"value": str(depth + 1)}
        blocks.append({"type": "actions", "block_id": "down", "elements": [deeper]})
    return modal(f"Floor {depth}", blocks, "Done", close=plain("Back"))


def card(
    title: str = "Add a latency P99 alert for /checkout with a 500 ms threshold", *, done: bool = False
) -> list[Json]:
    """One item, as the product shows it in its channel."""
    state = "*implemented*" if done else "*in progress*"
    due = f"<!date^{NOON + 3 * 86400}^{{date_short_pretty}}|26 Nov>"
    more = {
        "type": "overflow",
        "action_id": "more",
        "options": [*options("Edit", "Hand over", "Defer"), {"text": plain("Will not do"), "value": "drop"}],
    }
    confirm = {
        "title": plain("Mark as implemented?"),
        "text": mrkdwn("The owner of *AI-12* is told."),
        "confirm": plain("Yes, it is live"),
        "deny": plain("Not yet"),
    }
    return [
        section(f"*AI-12  {title}*\nOwner Priya · due {due} · quick win · {state}"),
        context("Verify by: fire the alert on purpose in staging"),
        {
            "type": "actions",
            "block_id": "card",
            "elements": [
                button("Update", "update"),
                button("Implemented", "implemented", style="primary", confirm=confirm),
                more,
            ],
        },
    ]


def digest() -> list[Json]:
    """A weekly digest, as in the product's sketches."""

    def line(text: str, label: str | None = None) -> Json:
        return section(text, **({"accessory": button(label, f"{label.lower()}_{text[:6]}")} if label else {}))

    return [
        {"type": "header", "text": plain("Payments · week of 30 Nov")},
        section("14 open · 3 overdue · 4 due this week · 2 blocked · 3 waiting for verification"),
        context("Last week: 2 created, 5 ended. The backlog shrank by 3."),
        {"type": "divider"},
        section("*Needs a decision*"),
        line(
            "AI-7 Cap the retry queue at 10,000 entries – deferral asked by Marco, waiting for Aisha since Thu",
            "Review",
        ),
        section("*First*"),
        line("AI-12 Add a latency P99 alert for /checkout – Priya – overdue 2 days – quick win", "Update"),
        line("AI-9 Fail the deploy when the canary's error rate is over 1 % – Marco – due Friday", "Update"),
        {
            "type": "actions",
            "elements": [button("All 14 items", "all_items"), button("Report", "report")],
        },
        context("Risk debt: 3 deferred, oldest since March. 2 private items not shown."),
    ]


MARKUP = (
    "*bold* _italic_ ~strike~ `code` and <https://example.com/a?b=1&amp;c=2|a link>, 2 &lt; 3 &amp; so\n"
    "<@U0PRIYA> <@U0MARCO> in <#C0PAYMENTS> <!here> :warning: :no_such_emoji: snake_case_name\n"
    f"Due <!date^{NOON}^{{date_long_pretty}} at {{time}}|fallback>, was <!date^{NOON - 40 * 86400}^{{date_num}}|then>\n"
    "> quoted\n"
    "```\nif (a < b) *not bold*\n```\n"
    "• one\n• two <script>alert(1)</script>"
)

MARKDOWN = "## A heading\n**Strong** and *soft* text with `code`\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"


def rich() -> Json:
    """A rich_text block with all of its parts."""
    part = [
        {"type": "text", "text": "Rich ", "style": {"bold": True}},
        {"type": "user", "user_id": "U0AISHA"},
        {"type": "text", "text": " and "},
        {"type": "link", "url": "https://example.com", "text": "a page"},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": NOON, "format": "{date_short} {time}", "fallback": "then"},
    ]
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "An item of a list"}]}
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": part},
            {"type": "rich_text_list", "style": "ordered", "elements": [item, item]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Quoted, richly"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "pre()"}]},
        ],
    }


def message(base: str) -> list[Json]:
    """Every block that a message can hold; `base`: where its pictures are."""
    mark = f"{base}/static/mark.svg"
    ok = {
        "title": plain("Really?"),
        "text": plain("It cannot be undone."),
        "confirm": plain("Drop it"),
        "deny": plain("Keep it"),
    }
    owner = {"type": "users_select", "action_id": "pick_owner", "placeholder": plain("Pick an owner")}
    day = {"type": "datepicker", "action_id": "pick_day", "placeholder": plain("Pick a day")}
    remedy = select("Automation", "Guardrail", "Training", action_id="pick_remedy", placeholder=plain("Pick a remedy"))
    incident = {
        "type": "external_select",
        "action_id": "pick_incident",
        "min_query_length": 1,
        "placeholder": plain("Pick an incident"),
    }
    cells = [["Measure", "Value"], ["Completion rate", "72 %"], ["Backlog size", "14"]]
    rows = [[{"type": "raw_text", "text": text} for text in row] for row in cells]
    return [
        {"type": "header", "text": plain("Everything a message can hold :tada:")},
        section(MARKUP),
        {"type": "section", "fields": [mrkdwn("*State*\nblocked"), mrkdwn("*Score*\n20")]},
        section("With a picture", accessory={"type": "image", "image_url": mark, "alt_text": "The mark"}),
        section("With a menu", accessory=remedy),
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "all",
            "elements": [owner, day, incident, button("Drop", "drop", style="danger", confirm=ok)],
        },
        {
            "type": "actions",
            "block_id": "tell",
            "elements": [
                {"type": "radio_buttons", "action_id": "answer", "options": options("Yes", "No")},
                {"type": "checkboxes", "action_id": "who", "options": options("Tell the lead", "Tell everybody")},
                button("Docs", "docs", url="https://example.com/docs"),
            ],
        },
        {"type": "image", "image_url": mark, "alt_text": "The mark of the page", "title": plain("A chart")},
        rich(),
        {
            "type": "markdown",
            "text": MARKDOWN,
        },
        {"type": "table", "rows": rows, "column_settings": [{}, {"align": "right"}]},
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": mark, "alt_text": "mark"}, mrkdwn("In *context*")],
        },
    ]


def home() -> Json:
    """An App Home like the product's."""
    rows: list[Json] = []
    for number, title, note in [
        (12, "Add a latency P99 alert for /checkout", "overdue 2 days · quick win"),
        (15, "Rotate the vault's unseal keys every quarter", "due Friday"),
        (4, "Page the owner when the export job is late", "no progress for 34 days: it needs a status"),
    ]:
        more = {"type": "overflow", "action_id": f"more_{number}", "options": options("Defer", "Hand over")}
        rows += [section(f"*AI-{number}  {title}*\n{note}", accessory=more)]
    filters = select("Mine", "Overdue", "All", action_id="filter", placeholder=plain("Show"))
    filters["initial_option"] = filters["options"][0]
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your action items")},
            {
                "type": "actions",
                "block_id": "top",
                "elements": [button("New action item", "new", style="primary"), filters, button("Report", "report")],
            },
            context("14 open in your teams · 3 overdue · 2 blocked"),
            {"type": "divider"},
            *rows,
            {"type": "divider"},
            context("Closed this month: 5. The backlog shrank by 3."),
        ],
    }
