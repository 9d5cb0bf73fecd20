import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { readDraft } from "../api/client";
import { inWords } from "../api/problem";
import type { Draft } from "../api/types";
import { Alert, Skeleton } from "../components/states";
import { documentOf, textDocument } from "../drafts/document";
import { tell } from "../page/announce";
import { count } from "../page/words";

interface Props<T> {
  title: string;
  /** The way back. */
  trail: ComponentChildren;
  label: string;
  path: "/jobs/drafts" | "/admin/profiles/drafts";
  /** Endings of names of files. */
  accept: string;
  /** The form of what was found; `again` leads back here. */
  children: (draft: Draft<T>, again: () => void) => JSX.Element;
}

/** Where a document is pasted, dropped or chosen; a file is read at once. */
export function DraftInput<T>({ title, trail, label, path, accept, children }: Props<T>) {
  const [draft, setDraft] = useState<Draft<T> | null>(null);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => area.current?.focus(), [draft]);
  const read = async (document: Blob) => {
    if (isReading || draft) return;
    setReading(true);
    setProblem(null);
    try {
      const found = await readDraft<T>(path, document);
      setDraft(found);
      const values = new Set(found.sources.map(({ pointer }) => pointer)).size;
      tell(`${count(values, "value")} found, ${found.notUnderstood.length} not understood. Nothing is saved yet.`);
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setReading(false);
    }
  };
  const readFile = (event: Event, files: FileList | null | undefined) => {
    const file = files?.[0];
    if (!file) return;
    event.preventDefault();
    void read(documentOf(file));
  };
  // Anywhere on the page, also later: a browser would open the file instead, and what was typed is lost.
  useLayoutEffect(() => {
    const onDragOver = (event: DragEvent) => event.preventDefault();
    const onDrop = (event: DragEvent) => readFile(event, event.dataTransfer?.files);
    addEventListener("dragover", onDragOver);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onDragOver);
      removeEventListener("drop", onDrop);
    };
  });
  if (draft) return children(draft, () => setDraft(null));
  return (
    <>
      <p class="trail">{trail}</p>
      <h1>{title}</h1>
      <form
        class="fields narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void read(textDocument(text));
        }}>
        <Alert text={problem} />
        <div class="field">
          <label for="text">{label}</label>
          <p class="hint" id="text-hint">
            Paste it, or drop a file anywhere here. Nothing is stored until you save what was found.
          </p>
          <textarea
            id="text"
            ref={area}
            class="pasted"
            required
            aria-describedby="text-hint"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onPaste={(event) => readFile(event, event.clipboardData?.files)}
            onKeyDown={(event) => {
              if ((event.ctrlKey || event.metaKey) && event.key === "Enter") event.currentTarget.form?.requestSubmit();
            }}
          />
        </div>
        <div class="field">
          <label for="file">Or a file</label>
          <input
            id="file"
            type="file"
            accept={accept}
            onChange={(event) => {
              readFile(event, event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
        </div>
        <div class="actions">
          <button type="submit" class="primary" disabled={isReading}>
            Read it <kbd>Ctrl Enter</kbd>
          </button>
        </div>
        {isReading && <Skeleton lines={2} label="Reading" />}
      </form>
    </>
  );
}
