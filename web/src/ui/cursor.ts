import { useEffect, useRef, useState } from 'react';

/** A cursor in a list, kept by the id of its row: what comes in above does not move it. */
export interface Cursor {
  readonly id: string | null;
  /** -1 where the list is empty. */
  readonly index: number;
  set(id: string): void;
  move(by: number): void;
}

/** A cursor over these rows, at first on `first` or the first of them. Where its row goes away, it stays at the place. */
export function useCursor(ids: readonly string[], first: string | null = null): Cursor {
  const [own, setId] = useState<string | null>(null);
  const place = useRef(0);
  const id = own ?? first;
  let index = id === null ? -1 : ids.indexOf(id);
  if (index < 0) index = ids.length === 0 ? -1 : Math.min(place.current, ids.length - 1);
  const current = ids[index] ?? null;
  useEffect(() => {
    if (index >= 0) place.current = index;
    if (current !== null && current !== own) setId(current);
  }, [index, current, own]);
  return {
    id: current,
    index,
    set: (next) => {
      place.current = Math.max(0, ids.indexOf(next));
      setId(next);
    },
    move: (by) => {
      const next = ids[Math.min(ids.length - 1, Math.max(0, index + by))];
      if (next === undefined) return;
      place.current = ids.indexOf(next);
      setId(next);
    },
  };
}
