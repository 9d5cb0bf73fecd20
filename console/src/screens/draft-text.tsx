import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Draft } from "../api/types";
import { Confirm } from "../components/confirm";
import { isRelated, nameOf, type Piece, piecesOf } from "../drafts/marks";
import { inNumbers } from "../page/words";

interface Props {
  of: Draft<unknown>;
  /** Of fields, by their pointers without slashes at the beginning and without numbers. */
  names: Record<string, string>;
  onSuggestion: (suggestion: string) => void;
  onAgain: () => void;
}

const QUESTION = { title: "Leave this draft?", text: "What you changed in it is not saved.", action: "Leave it" };

/** The text beside its draft: where each value stands, and what was not understood. */
export function DraftText({ of, names, onSuggestion, onAgain }: Props) {
  const panel = useRef<HTMLElement>(null);
  const focused = useFocusedSource();
  const proposed = new Set(of.sources.filter((each) => each.proposedBy === "model").map(({ pointer }) => pointer));
  const labelOf = (pointer: string) => nameOf(pointer, names) + (proposed.has(pointer) ? " (by a model)" : "");
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    const mark = panel.current?.querySelector<HTMLElement>(".current");
    // The page itself stays where the field is.
    if (mark && panel.current) panel.current.scrollTop = mark.offsetTop - panel.current.clientHeight / 3;
  }, [focused]);
  return (
    <section class="preview" aria-label="The text">
      <div class="heading">
        <h2>The text</h2>
        <button type="button" onClick={() => setAsking(true)}>
          Another text
        </button>
      </div>
      <p class="hint">What was read is marked. Go to a field, and its mark is shown.</p>
      {of.notice && <p class="warning">⚠ {of.notice}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <section class="document" aria-label="Marked text" tabIndex={0} ref={panel}>
        {piecesOf(of).map((piece, index) => (
          <MarkedPiece key={index} piece={piece} focused={focused} labelOf={labelOf} />
        ))}
      </section>
      <h2>Not understood</h2>
      {of.notUnderstood.length === 0 && <p class="hint">Nothing that looks like a value was left over.</p>}
      <ul>
        {of.notUnderstood.map(({ quote, start, page, reason, suggestions }) => (
          <li key={start + quote} class="warning">
            <p>
              ⚠ “{quote}”{page !== null && `, page ${page}`}: {reason}
            </p>
            {suggestions.map((suggestion) => (
              <button key={suggestion} type="button" onClick={() => onSuggestion(suggestion)}>
                {suggestion}
              </button>
            ))}
          </li>
        ))}
        {of.notUnderstoodOmitted && <li>And {inNumbers(of.notUnderstoodOmitted)} more.</li>}
      </ul>
      {isAsking && <Confirm {...QUESTION} onConfirm={onAgain} onClose={() => setAsking(false)} />}
    </section>
  );
}

interface Marking {
  piece: Piece;
  focused: string;
  labelOf: (pointer: string) => string;
}

function MarkedPiece({ piece, focused, labelOf }: Marking) {
  const { text, pointers, ended, isUnclear } = piece;
  if (pointers.length === 0 && !isUnclear) return <>{text}</>;
  const isCurrent = pointers.some((each) => isRelated(each, focused));
  const labels = [...new Set(ended.map(labelOf))];
  const kind = pointers.length === 0 ? "not-understood" : isCurrent ? "current" : "";
  return (
    <mark class={kind}>
      {text}
      {labels.length > 0 && <small> {labels.join(", ")}</small>}
    </mark>
  );
}

/** The pointer of the field that has, or had last, the focus. */
function useFocusedSource(): string {
  const [pointer, setPointer] = useState("");
  useLayoutEffect(() => {
    const follow = ({ target }: FocusEvent) => {
      const field = target instanceof Element ? target.closest<HTMLElement>("[data-source]") : null;
      if (field) setPointer(field.dataset["source"] ?? "");
    };
    addEventListener("focusin", follow);
    return () => removeEventListener("focusin", follow);
  }, []);
  return pointer;
}
