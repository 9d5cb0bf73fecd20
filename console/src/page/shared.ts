/** A value that several components show. */

import { useEffect, useState } from "preact/hooks";

export class Shared<T> {
  #followers = new Set<(value: T) => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    this.value = value;
    for (const follow of this.#followers) follow(value);
  }

  use(): T {
    const [value, setValue] = useState(() => this.value);
    useEffect(() => {
      const follow = (next: T) => setValue(() => next);
      this.#followers.add(follow);
      follow(this.value);
      return () => {
        this.#followers.delete(follow);
      };
    }, []);
    return value;
  }
}
