import { useEffect, useRef, useState } from 'react';

/** The latest value, but at most one new one in so many milliseconds; the first of a series at once. */
export function useThrottled<T>(value: T, milliseconds: number): T {
  const [given, setGiven] = useState(value);
  const last = useRef(0);
  const same = JSON.stringify(given) === JSON.stringify(value);
  const due = !same && performance.now() - last.current >= milliseconds;
  useEffect(() => {
    if (same) return;
    const give = (): void => {
      last.current = performance.now();
      setGiven(value);
    };
    if (due) return give();
    const timer = setTimeout(give, Math.max(0, milliseconds - (performance.now() - last.current)));
    return () => clearTimeout(timer);
  }, [same, due, value, milliseconds]);
  return due ? value : given;
}
