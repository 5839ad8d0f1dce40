import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { change, get } from '../../api/client.ts';
import type { StoredVerdict, Verdict } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { STATUS_NAMES } from '../../ui/labels.tsx';
import { toast, toastError } from '../../ui/toasts.tsx';

/** What a verdict is about. */
export interface Target {
  readonly kind: 'alert' | 'window';
  readonly id: string;
}

/** Giving verdicts and taking them back; both say what they did, and what they touch is asked anew. */
export function useVerdicts() {
  const client = useQueryClient();
  const refresh = useCallback(async () => {
    const names = ['alerts', 'alert', 'windows', 'window', 'verdicts', 'counts', 'explanation'];
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: [name] })));
  }, [client]);

  const undoAll = useCallback(
    async (verdicts: readonly StoredVerdict[]) => {
      try {
        for (const { id } of verdicts)
          await change('POST', `/verdicts/${id}/undo`, { reason: 'undone in the dashboard' });
        toast({ text: `Undone: ${plural(verdicts.length, 'verdict')}` });
      } catch (error) {
        toastError(error);
      }
      await refresh();
    },
    [refresh],
  );

  const give = useCallback(
    async (targets: readonly Target[], verdict: Verdict, reason: string): Promise<boolean> => {
      if (targets.length === 0) return false;
      try {
        const { items } = await change<{ items: readonly StoredVerdict[] }>('POST', '/verdicts', {
          targets,
          verdict,
          reason,
        });
        given.push(items);
        const what = targets.length === 1 ? `1 ${targets[0]?.kind}` : `${targets.length} ${targets[0]?.kind}s`;
        toast({
          text: `${what}: ${STATUS_NAMES[verdict]}`,
          action: {
            label: 'Undo (u)',
            run: () => {
              if (given.includes(items)) given.splice(given.indexOf(items), 1);
              void undoAll(items);
            },
          },
        });
        await refresh();
        return true;
      } catch (error) {
        toastError(error);
        return false;
      }
    },
    [refresh, undoAll],
  );

  /** Takes back what was given last in this browser; nothing given, the latest verdict that holds of the target. */
  const undo = useCallback(
    async ({ kind, id }: Target) => {
      const last = given.pop();
      if (last) return undoAll(last);
      try {
        const { items } = await get<{ items: readonly StoredVerdict[] }>(
          `/${kind}s/${encodeURIComponent(id)}/verdicts`,
        );
        const latest = items.filter((one) => one.undone === null).sort((a, b) => b.given - a.given || b.id - a.id)[0];
        if (latest) await undoAll([latest]);
        else toast({ text: `This ${kind} has no verdict to undo` });
      } catch (error) {
        toastError(error);
      }
    },
    [undoAll],
  );

  return { give, undo };
}

// --- internal ---

/** What was given since the page was loaded and not taken back, the latest last. */
const given: (readonly StoredVerdict[])[] = [];
