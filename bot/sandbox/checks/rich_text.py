"""Rich text: sections, lists, quotes and preformatted text with their inline elements.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from bot.sandbox.checks.objects import TYPE, link
from bot.sandbox.checks.schema import Check, array, boolean, by_type, integer, one_of, shape, string

STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink", "underline"), boolean
    ),
)
STYLED: dict[str, Check] = {"style": STYLE}
WORD = string(255)

INLINE: dict[str, Check] = {
    "text": shape({**TYPE, "text": string(12000)}, STYLED),
    "link": shape({**TYPE, "url": link}, STYLED | {"text": string(12000, 0), "unsafe": boolean}),
    "user": shape({**TYPE, "user_id": WORD}, STYLED),
    "channel": shape({**TYPE, "channel_id": WORD}, STYLED),
    "usergroup": shape({**TYPE, "usergroup_id": WORD}, STYLED),
    "team": shape({**TYPE, "team_id": WORD}, STYLED),
    "emoji": shape({**TYPE, "name": WORD}, STYLED | {"unicode": WORD, "skin_tone": integer(1, 6)}),
    "broadcast": shape({**TYPE, "range": one_of("here", "channel", "everyone")}, STYLED),
    "date": shape(
        {**TYPE, "timestamp": integer(0, 10**11), "format": string(255)},
        STYLED | {"url": link, "fallback": WORD},
    ),
    "color": shape({**TYPE, "value": WORD}, STYLED),
}
ELEMENTS_WITHIN = array(by_type(INLINE), 0, 1000)
BORDER: dict[str, Check] = {"border": integer(0, 1)}
SECTION = shape({**TYPE, "elements": ELEMENTS_WITHIN}, {})
PARTS: dict[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_quote": shape({**TYPE, "elements": ELEMENTS_WITHIN}, BORDER),
    "rich_text_preformatted": shape({**TYPE, "elements": ELEMENTS_WITHIN}, BORDER | {"language": WORD}),
    "rich_text_list": shape(
        {
            **TYPE,
            "style": one_of("bullet", "ordered"),
            "elements": array(by_type({"rich_text_section": SECTION}), 1, 1000),
        },
        BORDER | {"indent": integer(0, 8), "offset": integer(0, 10000)},
    ),
}
RICH_TEXT = shape({**TYPE, "elements": array(by_type(PARTS), 1, 1000)}, {"block_id": string(255)})
