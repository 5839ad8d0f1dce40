import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { change, get } from '../../api/client.ts';
import type { Settings, WindowPreview } from '../../api/types.ts';
import type { Range } from '../../app/range.ts';
import { useThrottled } from '../../app/use-throttled.ts';
import { toast, toastError } from '../../ui/toasts.tsx';

/** Alpha and beta as they are tried, beside what is saved. */
export interface TuningState {
  readonly saved: Tuned | null;
  readonly tried: Tuned | null;
  readonly changed: boolean;
  readonly preview: WindowPreview | null;
  /** The preview belongs to values tried before. */
  readonly stale: boolean;
  readonly error: Error | null;
  set(value: Partial<Tuned>): void;
  reset(): void;
  save(): Promise<void>;
}

export interface Tuned {
  readonly alpha: number;
  readonly beta: number;
}

/** Tries other settings on a range: each change asks for its preview, and what was asked before is called off. */
export function useTuning(range: Range | null): TuningState {
  const client = useQueryClient();
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => get<Settings>('/settings', {}, signal),
    staleTime: 60_000,
  });
  const saved = settings.data ? { alpha: settings.data.alpha, beta: settings.data.beta } : null;
  const [own, setOwn] = useState<Tuned | null>(null);
  const tried = own ?? saved;
  // A slider that is dragged moves more often than a server need be asked.
  const asked = useThrottled(tried, 50);
  const preview = useQuery({
    queryKey: ['preview', range, asked],
    queryFn: ({ signal }) => change<WindowPreview>('POST', '/windows/preview', { ...range, ...asked }, signal),
    enabled: range !== null && asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  const changed = own !== null && saved !== null && (own.alpha !== saved.alpha || own.beta !== saved.beta);
  // Somebody else saved what is tried here: then it is no longer a trial.
  useEffect(() => {
    if (own !== null && saved !== null && own.alpha === saved.alpha && own.beta === saved.beta) setOwn(null);
  }, [own, saved]);
  return {
    saved,
    tried,
    changed,
    preview: preview.data ?? null,
    stale: preview.isPlaceholderData || asked?.alpha !== tried?.alpha || asked?.beta !== tried?.beta,
    error: settings.error ?? preview.error,
    set: (value) => tried && setOwn({ ...tried, ...value }),
    reset: () => setOwn(null),
    save: async () => {
      try {
        client.setQueryData(['settings'], await change<Settings>('PATCH', '/settings', tried));
        await client.invalidateQueries({ queryKey: ['windows'] });
        await client.invalidateQueries({ queryKey: ['preview'] });
        toast({ text: 'Saved. Windows are cut with these settings from now on.' });
      } catch (error) {
        toastError(error);
      }
    },
  };
}
