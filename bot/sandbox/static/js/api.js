/** The sandbox's own HTTP interface for people (docs/sandbox.md). Knows nothing of the page. */

/** What the sandbox refused, or could not be asked; `message` is a sentence for the person. */
export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const AWAY = "The sandbox does not answer. Nothing was changed; try again in a moment.";

async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(AWAY);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error || AWAY, response.status);
  return answer;
}

const query = (params) => {
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

export const workspaces = () => ask("GET", "/sandbox/workspaces").then((answer) => answer.workspaces);
export const people = () => ask("GET", "/sandbox/people").then((answer) => answer.people);
export const usergroups = () => ask("GET", "/sandbox/usergroups").then((answer) => answer.usergroups ?? []);
export const person = (user) => ask("GET", `/sandbox/people/${user}`);

/** The channels that a person is in; with `all` also the public ones that they could join. */
export const channels = (user, { all = false } = {}) =>
  ask("GET", `/sandbox/people/${user}/channels${query({ all: all ? 1 : null })}`).then((answer) => answer.channels);
export const channel = (user, id) => ask("GET", `/sandbox/people/${user}/channels/${id}`);

/** The messages of a channel, or of one thread in it, oldest first. */
export const messages = (user, id, thread = null) =>
  ask("GET", `/sandbox/people/${user}/channels/${id}/messages${query({ thread })}`).then((answer) => answer.messages);
export const markRead = (user, id) => ask("POST", `/sandbox/people/${user}/channels/${id}/read`, {});
export const home = (user) => ask("GET", `/sandbox/people/${user}/home`).then((answer) => answer.view);
export const modal = (user) => ask("GET", `/sandbox/people/${user}/modal`);

/**
 * Something that a person does: `command`, `message`, `action`, `submit`, …
 * @returns {Promise<object>} the Result
 */
export const act = (user, what, body = {}) => ask("POST", `/sandbox/people/${user}/${what}`, body);

/** How far the changes of a person have come. */
export const revision = (user) => ask("GET", `/sandbox/people/${user}/changes`).then((answer) => answer.revision);

/** The stream of a person's changes after a revision. */
export const events = (user, after) => new EventSource(`/sandbox/people/${user}/events${query({ after })}`);

/** What stands beside the workspace: `{steps, links}`. */
export const beside = () => ask("GET", "/sandbox/beside");
export const clock = () => ask("GET", "/sandbox/clock");
export const moveClock = (to) => ask("POST", "/sandbox/clock", { to });
export const entries = (after = null, limit = 100) =>
  ask("GET", `/sandbox/inspector${query({ after, limit })}`).then((answer) => answer.entries);
export const entry = (id) => ask("GET", `/sandbox/inspector/${id}`);
export const forgetEntries = () => ask("DELETE", "/sandbox/inspector");

const FAILURES = {
  operation_timeout: "The app did not answer within three seconds.",
  dispatch_failed: "The app could not be reached, or answered with an error.",
  invalid_command_response: "The app's answer to the command is not one that Slack understands.",
  invalid_blocks: "The app answered with blocks that Slack refuses. The inspector shows the place.",
};

/** A sentence for the `error` of a Result; null when there is none to tell. */
export function failure(result) {
  if (!result?.error || result.error === "input") return null;
  return FAILURES[result.error] ?? `That did not work (${result.error}).`;
}
