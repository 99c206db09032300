"""files.*: Slack's three steps of an upload, and canvases as the documents that they are here."""

from bot.sandbox.errors import SlackError
from bot.sandbox.messages import say
from bot.sandbox.model import Channel, File, Json, Message
from bot.sandbox.shapes import file_json
from bot.sandbox.webapi.chat import content_of
from bot.sandbox.webapi.registry import Call, method

LONGEST = 1_000_000_000


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url(call: Call) -> Json:
    name = call.args.required("filename")
    length = call.args.text("length")
    if not length.isdigit() or not 0 < int(length) <= LONGEST:
        raise SlackError("invalid_arguments", ["[ERROR] length must be a number of bytes above 0"])
    file = File(call.state.new_id("F"), call.team.id, name, int(length), call.bot, call.state.seconds())
    file.alt_text = call.args.text("alt_txt")
    call.state.files[file.id] = file
    return {"upload_url": f"{call.base_url}/files/upload/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload(call: Call) -> Json:
    given = call.args.json("files", "invalid_arguments")
    if not isinstance(given, list) or not given:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_uploaded(call, each) for each in given]
    target = call.args.text("channel_id") or call.args.text("channels").split(",")[0]
    if target:
        channel = call.known_channel(target)
        if call.bot not in channel.members:
            raise SlackError("not_in_channel")
        _share(call, files, channel)
    return {"files": [file_json(file) for file in files]}


def _uploaded(call: Call, given: Json) -> File:
    file = call.state.files.get(str(given.get("id")))
    # Three steps, and the middle one can fail: an app that does not look completes an empty file.
    if file is None or file.team != call.team.id or file.content is None:
        raise SlackError("file_not_found")
    file.title, file.complete = str(given.get("title") or file.name), True
    return file


def _share(call: Call, files: list[File], channel: Channel) -> None:
    message = Message(call.state.new_ts(), channel.id, call.bot, call.args.text("initial_comment"), call=call.id)
    message.bot_id, message.subtype = call.installation.bot_id, "file_share"
    message.thread_ts = call.args.text("thread_ts") or None
    if "blocks" in call.args:
        message.blocks = content_of(call)["blocks"]
    message.files = [file.id for file in files]
    for file in files:
        file.channels.append(channel.id)
    say(call.state, message)


@method("files.info", "files:read", tier=4)
def info(call: Call) -> Json:
    return {"file": file_json(_file(call, call.args.required("file")))}


def _file(call: Call, file_id: str) -> File:
    file = call.state.files.get(file_id)
    if file is None or file.team != call.team.id:
        raise SlackError("file_not_found")
    return file


def _markdown(content: object) -> str:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise SlackError("invalid_arguments", ["[ERROR] document_content needs type markdown"])
    return str(content.get("markdown") or "")


@method("conversations.canvases.create", "canvases:write", tier=2)
def create_canvas(call: Call) -> Json:
    channel = call.joined_channel("channel_id")
    # One for each channel: whoever forgets its id cannot make another.
    if call.state.canvas_of(channel):
        raise SlackError("channel_canvas_already_exists")
    text = ""
    if "document_content" in call.args:
        text = _markdown(call.args.json("document_content", "invalid_arguments"))
    canvas = File(call.state.new_id("F"), call.team.id, "canvas", len(text), call.bot, call.state.seconds())
    canvas.content, canvas.complete, canvas.channels = text.encode(), True, [channel.id]
    call.state.files[canvas.id] = canvas
    return {"canvas_id": canvas.id}


@method("canvases.edit", "canvases:write")
def edit_canvas(call: Call) -> Json:
    canvas = call.state.files.get(call.args.required("canvas_id"))
    if canvas is None or canvas.name != "canvas" or canvas.team != call.team.id:
        raise SlackError("canvas_not_found")
    changes = call.args.json("changes", "invalid_arguments")
    # Slack takes one change a call, whatever the plural says.
    if not isinstance(changes, list) or len(changes) != 1:
        raise SlackError("invalid_arguments", ["[ERROR] changes needs exactly one change"])
    canvas.content = _edited((canvas.content or b"").decode(), changes[0]).encode()
    canvas.length = len(canvas.content)
    return {}


def _edited(text: str, change: Json) -> str:
    operation = change.get("operation")
    if operation == "delete":
        return ""
    new = _markdown(change.get("document_content"))
    texts = {"insert_at_start": new + text, "insert_at_end": text + new, "replace": new}
    if operation not in texts:
        raise SlackError("invalid_arguments", [f"[ERROR] operation {operation} is not known"])
    return texts[operation]
