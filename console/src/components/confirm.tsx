import { Dialog } from "./dialog";

interface Props {
  title: string;
  /** What cannot be undone. */
  text: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** A question before something that cannot be undone. */
export function Confirm({ title, text, action, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="actions">
        <button
          type="button"
          class="primary"
          data-first=""
          onClick={() => {
            onClose();
            onConfirm();
          }}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
