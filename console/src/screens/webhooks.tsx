import { useState } from "preact/hooks";
import { call } from "../api/client";
import type { Webhook, WebhookEvent, WebhookSecret } from "../api/types";
import { Confirm } from "../components/confirm";
import { Dialog } from "../components/dialog";
import { Shown } from "../components/states";
import { type Column, Table } from "../components/table";
import { attempt, tell } from "../page/announce";
import { useLoad, useRepeat } from "../page/load";
import { count, moment } from "../page/words";

const EVENTS = [
  ["job.created", "A job is posted"],
  ["job.updated", "A job is changed"],
  ["job.closed", "A job is closed"],
  ["matching.completed", "A job is matched"],
  ["match.added", "A candidate is found"],
  ["match.removed", "A candidate is gone"],
  ["match.decided", "A candidate is decided about"],
  ["notification.sent", "A mail is sent"],
] as const;
const STATES = { due: "Waits", claimed: "Is being sent", delivered: "Delivered", given_up: "Given up" };
const ONE = "/webhooks/{webhookId}" as const;
const POLL = 3000;

/** Where events are posted, in the settings of who owns them. */
export function Webhooks() {
  const webhooks = useLoad("webhooks", async () => (await call("get", "/webhooks")).data.items);
  const [secret, setSecret] = useState<WebhookSecret | null>(null);
  const [ended, setEnded] = useState<Webhook | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const act = (action: () => Promise<string | undefined>) =>
    void attempt(async () => {
      const said = await action();
      await webhooks.reload();
      if (said) tell(said);
    });
  const change = (webhook: Webhook, enabled: boolean) =>
    act(async () => {
      await call("patch", ONE, { path: { webhookId: webhook.id }, body: { enabled } });
      return enabled ? "The webhook is on." : "The webhook is off.";
    });
  const test = (webhook: Webhook) =>
    act(async () => {
      await call("post", `${ONE}/test`, { path: { webhookId: webhook.id } });
      setOpened(webhook.id);
      return "A test event is sent.";
    });
  const rotate = (webhook: Webhook) =>
    act(async () => {
      setSecret((await call("post", `${ONE}/secret`, { path: { webhookId: webhook.id } })).data);
      return undefined;
    });
  const end = (webhook: Webhook) =>
    act(async () => {
      await call("delete", ONE, { path: { webhookId: webhook.id } });
      return "The webhook is deleted.";
    });
  const columns: Column<Webhook>[] = [
    { name: "Address", cell: (each) => <code>{each.url}</code> },
    { name: "Events", cell: (each) => each.events.join(", ") },
    { name: "State", cell: stateOf },
    {
      name: "Act",
      cell: (each) => (
        <div class="actions">
          <button type="button" disabled={!each.enabled} onClick={() => test(each)}>
            Send a test event
          </button>
          <button
            type="button"
            aria-expanded={opened === each.id}
            onClick={() => setOpened(opened === each.id ? null : each.id)}>
            Last events
          </button>
          <button type="button" onClick={() => change(each, !each.enabled)}>
            {each.enabled ? "Switch off" : "Switch on"}
          </button>
          <button type="button" onClick={() => rotate(each)}>
            New secret
          </button>
          <button type="button" onClick={() => setEnded(each)}>
            Delete
          </button>
        </div>
      ),
    },
  ];
  return (
    <section aria-labelledby="webhooks">
      <h2 id="webhooks">Webhooks</h2>
      <Shown of={webhooks} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <p class="muted">None yet. A webhook posts what happens here to a server of yours.</p>
          ) : (
            <Table caption="Webhooks" columns={columns} items={items} keyOf={(each) => each.id} />
          )
        }
      </Shown>
      {opened && <Events key={opened} webhookId={opened} />}
      <NewWebhook
        onMade={(made) => {
          setSecret(made);
          void webhooks.reload();
        }}
      />
      {secret && (
        <Dialog title="The webhook's secret" onClose={() => setSecret(null)}>
          <p>Your server verifies with it what it gets. Copy it now: it is not shown again.</p>
          <input readOnly data-first="" aria-label="Secret" value={secret.secret} />
        </Dialog>
      )}
      {ended && (
        <Confirm
          title="Delete this webhook?"
          text="It gets no more events, and the list of those that it got is deleted."
          action="Delete"
          onConfirm={() => end(ended)}
          onClose={() => setEnded(null)}
        />
      )}
    </section>
  );
}

function stateOf(webhook: Webhook): string {
  if (webhook.disabledBecause) return "Off, because your server refused an event for a day";
  return webhook.enabled ? "On" : "Off";
}

function Events({ webhookId }: { webhookId: string }) {
  const events = useLoad<WebhookEvent[]>(`events ${webhookId}`, async () => {
    return (await call("get", `${ONE}/events`, { path: { webhookId }, query: { limit: 10 } })).data.items;
  });
  useRepeat(true, POLL, () => void events.reload());
  const columns: Column<WebhookEvent>[] = [
    { name: "Event", cell: (each) => `${each.sequence}: ${each.type}` },
    { name: "When", cell: (each) => moment(each.createdAt) },
    { name: "State", cell: (each) => STATES[each.state] },
    { name: "Answer", cell: (each) => each.lastStatus ?? each.lastError ?? "None yet" },
    { name: "Attempts", cell: (each) => count(each.attempts, "attempt") },
  ];
  return (
    <Shown of={events} lines={3}>
      {(items) =>
        items.length === 0 ? (
          <p class="muted">It has got no event yet.</p>
        ) : (
          <Table caption="Last events" columns={columns} items={items} keyOf={(each) => each.id} />
        )
      }
    </Shown>
  );
}

function NewWebhook({ onMade }: { onMade: (made: WebhookSecret) => void }) {
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<Webhook["events"]>([]);
  const isComplete = url.trim() !== "" && events.length > 0;
  const add = () =>
    attempt(async () => {
      onMade((await call("post", "/webhooks", { body: { url: url.trim(), events } })).data);
      setUrl("");
      setEvents([]);
    });
  return (
    <form
      class="fields narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) void add();
      }}>
      <div class="field">
        <label for="webhook-url">Address of your server</label>
        <p class="hint" id="webhook-hint">
          It begins with https://. What you get is signed, and says ids, scores and times.
        </p>
        <input
          id="webhook-url"
          type="url"
          value={url}
          maxLength={2000}
          aria-describedby="webhook-hint"
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </div>
      <fieldset class="field">
        <legend>Events</legend>
        {EVENTS.map(([name, label]) => (
          <label key={name} class="choice">
            <input
              type="checkbox"
              checked={events.includes(name)}
              onChange={(event) =>
                setEvents(event.currentTarget.checked ? [...events, name] : events.filter((each) => each !== name))
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="short-button" disabled={!isComplete}>
        Add the webhook
      </button>
    </form>
  );
}
