import { useEffect, useId, useRef, useState } from "preact/hooks";
import { call } from "../api/client";

interface Props {
  id: string;
  values: string[];
  list: "specializations" | "technicalDomains" | "bars";
  describedBy: string;
  isInvalid: boolean;
  onChange: (values: string[]) => void;
}

const PAUSE = 80;

/** Several values of a kind, with known ones suggested while one is typed. */
export function TermField({ id, values, list, describedBy, isInvalid, onChange }: Props) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(-1);
  const suggestions = useSuggestions(list, text);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const shown = suggestions.filter((each) => !values.includes(each));
  const isOpen = text.trim() !== "" && shown.length > 0;

  const add = (value: string) => {
    const clean = value.trim();
    if (clean && !values.includes(clean)) onChange([...values, clean]);
    setText("");
    setActive(-1);
  };
  const remove = (value: string) => {
    onChange(values.filter((each) => each !== value));
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move && isOpen) setActive(Math.max(-1, Math.min(shown.length - 1, active + move)));
    else if (event.key === "Enter") add(shown[active] ?? text);
    else if (event.key === "Escape" && text) setText("");
    else if (event.key === "Backspace" && text === "") onChange(values.slice(0, -1));
    else return;
    event.preventDefault();
  };
  return (
    <div class="terms">
      {values.map((value) => (
        <span key={value} class="term">
          {value}
          <button type="button" aria-label={`Remove ${value}`} onClick={() => remove(value)}>
            ✕
          </button>
        </span>
      ))}
      <input
        id={id}
        ref={input}
        value={text}
        role="combobox"
        autocomplete="off"
        maxLength={100}
        placeholder={values.length === 0 ? "Type, then Enter" : "Add another"}
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active >= 0 ? `${listId}-${active}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={isInvalid}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => add(text)}
      />
      <div id={listId} class="suggestions" role="listbox" aria-label="Suggestions" hidden={!isOpen}>
        {shown.map((each, index) => (
          // Keys reach it from the input, which says which one is active.
          // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys.
          <div
            key={each}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => add(each)}>
            {each}
          </div>
        ))}
      </div>
    </div>
  );
}

function useSuggestions(list: Props["list"], text: string): string[] {
  const [found, setFound] = useState<string[]>([]);
  const asked = text.trim();
  useEffect(() => {
    let isCurrent = true;
    const ask = async () => {
      const query = { list, q: asked, limit: 8 };
      const { data } = await call("get", "/vocabulary/suggestions", { query });
      if (isCurrent) setFound(data.items.map((each) => each.label));
    };
    // Without suggestions one can type all the same, so a failure is not worth a word.
    const timer = asked ? setTimeout(() => void ask().catch(() => undefined), PAUSE) : undefined;
    if (!asked) setFound([]);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [list, asked]);
  return found;
}
