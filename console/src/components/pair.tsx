import type { ComponentChildren } from "preact";

/** A name and what it is, for a list of such pairs. */
export function Pair({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
