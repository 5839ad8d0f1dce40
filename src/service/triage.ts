import { rulesOf, type VerdictHistory } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { NewVerdict, Receipt, Store, StoredAlert, StoredVerdict } from '../store/index.ts';
import type { LiveMessage, LiveService } from './service.ts';

export interface TriageOptions {
  readonly store: Store;
  readonly history: VerdictHistory;
  readonly tell: (message: LiveMessage) => void;
  /** The model may learn that these were normal. */
  readonly learnFrom: (alerts: readonly StoredAlert[]) => void;
  readonly rulesChanged: () => Promise<void>;
}

type Triage = Pick<LiveService, 'receipt' | 'giveVerdicts' | 'undoVerdict' | 'addSuppression' | 'revokeSuppression'>;

/** Examples of a receipt. */
const EXAMPLES = 20;

/** What people say of alerts, and what follows from it. */
export function createTriage({ store, history, tell, learnFrom, rulesChanged }: TriageOptions): Triage {
  const alertOf = async (id: string): Promise<StoredAlert> => {
    const alert = await store.alerts.get(id);
    if (alert) return alert;
    throw new CaracalError('E_STORE_CONFLICT', `There is no alert ${id}. It may be older than what is kept.`, {
      retry: false,
    });
  };
  /** The alert's status before and after something is said. */
  const changing = async <T>(target: NewVerdict['target'], work: () => Promise<T>): Promise<T> => {
    if (target.kind !== 'alert') return work();
    const before = await store.alerts.get(target.id);
    const result = await work();
    const after = await store.alerts.get(target.id);
    if (before && after) {
      history.record(after, after.status, before.status);
      tell({ type: 'alert', alert: after, change: 'changed' });
    }
    return result;
  };

  return {
    receipt: async (ids) => {
      const alerts: StoredAlert[] = [];
      for (const id of ids) alerts.push(await alertOf(id));
      const parts: Receipt[] = [];
      for (const rule of rulesOf(alerts)) parts.push(await store.suppressions.receipt(rule));
      const latest = (lists: readonly (readonly StoredAlert[])[]): StoredAlert[] =>
        [...new Map(lists.flat().map((alert) => [alert.id, alert])).values()]
          .sort((a, b) => b.time - a.time)
          .slice(0, EXAMPLES);
      return {
        silenced: parts.reduce((sum, { silenced }) => sum + silenced, 0),
        confirmed: parts.reduce((sum, { confirmed }) => sum + confirmed, 0),
        confirmedAlerts: latest(parts.map(({ confirmedAlerts }) => confirmedAlerts)),
        examples: latest(parts.map(({ examples }) => examples)),
      };
    },

    giveVerdicts: async (verdicts) => {
      const given: StoredVerdict[] = [];
      const normal: StoredAlert[] = [];
      for (const verdict of verdicts) {
        const stored = await changing(verdict.target, () => store.verdicts.give(verdict));
        given.push(stored);
        tell({ type: 'verdict', verdict: stored, change: 'given' });
        const isNormal = verdict.verdict === 'false-positive' && verdict.target.kind === 'alert';
        if (isNormal) normal.push(await alertOf(verdict.target.id));
      }
      if (normal.length > 0) learnFrom(normal);
      return given;
    },

    undoVerdict: async (id, by) => {
      const target = (await targetOf(store, id)) ?? { kind: 'window' as const, id: '' };
      const undone = await changing(target, () => store.verdicts.undo(id, by));
      tell({ type: 'verdict', verdict: undone, change: 'undone' });
      return undone;
    },

    addSuppression: async (suppression) => {
      const added = await store.suppressions.add(suppression);
      await rulesChanged();
      return added;
    },

    revokeSuppression: async (id, author) => {
      await store.suppressions.revoke(id, author);
      await rulesChanged();
    },
  };
}

// --- internal ---

/** What a verdict is about, where it is among the latest. */
async function targetOf(store: Store, id: number): Promise<StoredVerdict['target'] | undefined> {
  let cursor: string | null = null;
  for (let pages = 0; pages < 10; pages++) {
    const page: Awaited<ReturnType<Store['verdicts']['page']>> = await store.verdicts.page({ cursor, limit: 1000 });
    const found = page.items.find((verdict) => verdict.id === id);
    if (found) return found.target;
    cursor = page.cursor;
    if (cursor === null) return undefined;
  }
  return undefined;
}
