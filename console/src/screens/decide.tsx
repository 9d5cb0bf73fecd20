import { useState } from "preact/hooks";
import type { Match } from "../api/types";
import { Dialog } from "../components/dialog";
import { candidateName } from "../page/words";
import { REASONS } from "../ranking/decide";

interface Props {
  match: Match;
  decision: "declined" | "shortlisted";
  onReason: (reason: string) => void;
  onClose: () => void;
}

/** Why: one of the usual reasons by its number, or one's own words. */
export function ReasonDialog({ match, decision, onReason, onClose }: Props) {
  const [text, setText] = useState("");
  const reasons = REASONS[decision];
  const name = candidateName(match.profileId);
  const give = (reason: string) => {
    onClose();
    onReason(reason);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return;
    const reason = reasons[Number(event.key) - 1];
    if (!reason) return;
    event.preventDefault();
    give(reason);
  };
  return (
    <Dialog
      title={decision === "declined" ? `Decline ${name}` : `Shortlist ${name}`}
      onClose={onClose}
      onKeyDown={onKeyDown}>
      <p>
        {decision === "declined"
          ? "Why? They are then left out of the mails about this job. You can take it back."
          : `They score ${match.overallScore}, which is below 50. Why do they fit all the same?`}
      </p>
      <ol class="reasons">
        {reasons.map((reason, index) => (
          <li key={reason}>
            <button type="button" data-first={index === 0 ? "" : undefined} onClick={() => give(reason)}>
              <kbd>{index + 1}</kbd> {reason}
            </button>
          </li>
        ))}
      </ol>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) give(text.trim());
        }}>
        <label>
          In your own words
          <input
            value={text}
            maxLength={2000}
            required
            autocomplete="off"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          {decision === "declined" ? "Decline" : "Shortlist"}
        </button>
      </form>
    </Dialog>
  );
}
