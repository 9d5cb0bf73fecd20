interface Props {
  /** As "Jobs 1 to 50". */
  label: string;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}

export function Pager({ label, onPrevious, onNext }: Props) {
  if (!onPrevious && !onNext) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" disabled={!onPrevious} onClick={() => onPrevious?.()}>
        Previous
      </button>
      <span>{label}</span>
      <button type="button" disabled={!onNext} onClick={() => onNext?.()}>
        Next
      </button>
    </nav>
  );
}
