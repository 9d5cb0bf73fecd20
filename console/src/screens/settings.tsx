import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import type { Me, Preferences } from "../api/types";
import { Shown } from "../components/states";
import { attempt, tell } from "../page/announce";
import { type Loaded, useLoad } from "../page/load";
import { Webhooks } from "./webhooks";

const WHY_OFF = {
  bounce: "Mails are off because your mail address refused one. Switch them on when it takes mails again.",
  complaint: "Mails are off because one was reported as spam. Switch them on if you want them.",
};
const ROUTE = "/employers/{employerUserId}/notification-settings" as const;

export function Settings({ me }: { me: Me }) {
  const path = { employerUserId: me.id };
  const settings = useLoad<Preferences>("settings", async () => (await call("get", ROUTE, { path })).data);
  const save = (body: Preferences) =>
    attempt(async () => {
      settings.set((await call("put", ROUTE, { path, body })).data);
      tell(body.enabled ? `Mails about candidates of ${body.threshold} and more.` : "Mails are off.");
    });
  return (
    <>
      <div class="narrow">
        <h1>Settings</h1>
        <Shown of={settings} lines={3}>
          {() => <Mails settings={settings} save={save} />}
        </Shown>
      </div>
      <Webhooks />
    </>
  );
}

type MailsProps = { settings: Loaded<Preferences>; save: (settings: Preferences) => Promise<void> };

function Mails({ settings, save }: MailsProps) {
  const { enabled = true, threshold = 75, offBecause } = settings.value ?? {};
  const [typed, setTyped] = useState(String(threshold));
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const isValid = /^\d{1,3}$/.test(typed) && Number(typed) <= 100;
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) void save({ ...settings.value, threshold: Number(typed) });
      }}>
      <label class="choice">
        <input
          type="checkbox"
          role="switch"
          ref={first}
          checked={enabled}
          aria-checked={enabled}
          aria-describedby={offBecause ? "mails-hint" : undefined}
          onChange={(event) => void save({ enabled: event.currentTarget.checked, threshold })}
        />
        Mail me about new candidates
      </label>
      {offBecause && (
        <p class="hint" id="mails-hint">
          {WHY_OFF[offBecause]}
        </p>
      )}
      <div class="field">
        <label for="threshold">Only about those who score at least</label>
        <p class="hint" id="threshold-hint">
          0 to 100. Nobody is named twice for the same job, and nobody whom you have declined.
        </p>
        <div class="actions">
          <input
            id="threshold"
            class="short"
            inputMode="numeric"
            value={typed}
            aria-describedby="threshold-hint"
            aria-invalid={!isValid}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" disabled={!isValid || Number(typed) === threshold}>
            Save
          </button>
        </div>
      </div>
    </form>
  );
}
