/** What the page knows of the sandbox for one person, kept up to date by the stream of changes. */
import * as api from "./api.js";

/**
 * Runs `work` now; when asked again meanwhile, once more afterwards.
 * So the last answer is never older than the last question.
 */
export function coalesced(work) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    if (running) again = true;
    else running = run().finally(() => (running = null));
    return running;
  };
}

const CHANNEL_KINDS = new Set(["message", "message_deleted", "ephemeral", "channel", "read"]);

/**
 * @param {object} store gets `people`, `workspaces`, `usergroups`, `me`, `channels`, `clockOffset`, `connected`
 * @param {function(object): void} onChange a Change, after the store has it where it can
 */
export function createSession(store, onChange) {
  let stream = null;

  const loadPeople = coalesced(async () => {
    const [workspaces, people, usergroups] = await Promise.all([api.workspaces(), api.people(), api.usergroups().catch(() => [])]);
    store.set({ workspaces, people, usergroups });
  });
  const loadClock = coalesced(async () => {
    const { epoch } = await api.clock();
    const offset = Math.ceil(epoch - Date.now() / 1000);
    if (Math.abs(offset - store.get("clockOffset")) > 2) store.set({ clockOffset: offset });
  });
  const loadChannels = coalesced(async () => {
    const { id } = store.get("me");
    const channels = await api.channels(id);
    if (store.get("me").id === id) store.set({ channels });
  });
  const quietly = (promise) => promise.catch(() => store.set({ connected: false }));

  function listen(user, revision) {
    stream?.close();
    stream = api.events(user, revision);
    let lost = false;
    stream.addEventListener("change", (event) => take(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      lost = true;
      store.set({ connected: false });
    });
    stream.addEventListener("open", () => {
      store.set({ connected: true });
      if (lost) catchUp();
      lost = false;
    });
  }

  async function take(change) {
    if (change.kind === "clock") await quietly(loadClock());
    if (change.kind === "person") await quietly(loadPeople());
    const channels = CHANNEL_KINDS.has(change.kind) && quietly(loadChannels());
    if (change.kind === "channel") await channels;
    onChange(change);
  }

  /** After the connection was away: everything may have changed. */
  async function catchUp() {
    await quietly(Promise.all([loadPeople(), loadClock(), loadChannels()]));
    for (const kind of ["message", "modal", "home"]) onChange({ kind, channel: null });
  }

  return {
    loadChannels,
    loadClock,
    load: () => Promise.all([loadPeople(), loadClock()]),
    /** Sees the workspace with somebody's eyes. */
    async become(user) {
      const revision = await api.revision(user);
      const [me, channels] = await Promise.all([api.person(user), api.channels(user)]);
      store.set({ me, channels });
      listen(user, revision);
    },
  };
}
