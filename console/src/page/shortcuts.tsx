/** Keys that act anywhere on a screen. They can be turned off, and `?` lists those that work. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { keep, readKept } from "./kept";
import { Shared } from "./shared";

export interface Shortcut {
  /** As KeyboardEvent.key names it. */
  key: string;
  /** What it does, as the list says it. */
  name: string;
  run: () => void;
}

const groups = new Set<{ title: string; shortcuts: Shortcut[] }>();
const isHelpOpen = new Shared(false);
const areOn = new Shared(readKept("shortcuts", true));

/** Make keys work while a component is on the screen; of two for the same key the last wins. */
export function useShortcuts(title: string, shortcuts: Shortcut[]): void {
  const group = useRef({ title, shortcuts });
  group.current.shortcuts = shortcuts;
  useLayoutEffect(() => {
    const mine = group.current;
    groups.add(mine);
    return () => {
      groups.delete(mine);
    };
  }, []);
}

export function openHelp(): void {
  isHelpOpen.set(true);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("textarea, select, input:not([type=checkbox]):not([type=radio])") !== null
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (!areOn.get()) return;
  const found = [...groups]
    .reverse()
    .flatMap((group) => group.shortcuts)
    .find((each) => each.key === event.key);
  if (!found) return;
  event.preventDefault();
  found.run();
}

export function useShortcutKeys(): void {
  useLayoutEffect(() => {
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

const NAMES: Record<string, string> = { " ": "Space", ArrowLeft: "←", ArrowRight: "→" };

export function ShortcutHelp() {
  const isOpen = isHelpOpen.use();
  const on = areOn.use();
  if (!isOpen) return null;
  const set = (value: boolean) => {
    keep("shortcuts", value);
    areOn.set(value);
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={() => isHelpOpen.set(false)}>
      <label class="choice">
        <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
        Single keys act
      </label>
      {[...groups].reverse().map(
        (group) =>
          group.shortcuts.length > 0 && (
            <section key={group.title}>
              <h3>{group.title}</h3>
              <dl class="keys">
                {group.shortcuts.map((each) => (
                  <div key={each.key}>
                    <dt>
                      <kbd>{NAMES[each.key] ?? each.key}</kbd>
                    </dt>
                    <dd>{each.name}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
      )}
    </Dialog>
  );
}
