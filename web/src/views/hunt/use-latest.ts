import { useRef } from 'react';

/** A box that always holds the latest value and never changes itself: for what draws outside of rendering. */
export function useLatest<T>(value: T): { readonly current: T } {
  const box = useRef(value);
  box.current = value;
  return box;
}
