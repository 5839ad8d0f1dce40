import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Status } from '../../api/types.ts';
import { useKeys } from '../../app/keys.ts';
import { FalsePositiveDialog } from './false-positive-dialog.tsx';
import { type Target, useVerdicts } from './verdicts.ts';

/** Verdicts on what is at the cursor or selected, by button and by key. A viewer sees none. */
export function VerdictButtons(props: {
  readonly targets: readonly Target[];
  /** Alerts that a false-positive verdict's receipt is about. */
  readonly alerts: readonly string[];
  readonly status: Status | null;
  readonly done?: () => void;
}) {
  const { targets, alerts, status, done } = props;
  const may = useMay();
  const { give, undo } = useVerdicts();
  const [asking, setAsking] = useState(false);
  const active = may.judge && targets.length > 0;
  const judge = (verdict: 'benign-expected' | 'true-positive' | 'not-evaluable') => async () => {
    if (await give(targets, verdict, REASONS[verdict])) done?.();
  };
  const takeBack = async (): Promise<void> => {
    const [first] = targets;
    if (first) await undo(first);
  };
  useKeys(
    {
      a: () => void judge('benign-expected')(),
      e: () => void judge('true-positive')(),
      n: () => void judge('not-evaluable')(),
      f: () => setAsking(true),
      u: () => void takeBack(),
    },
    { active },
  );
  if (!may.judge) return null;
  return (
    <div className="verdicts">
      <button type="button" disabled={!active} onClick={() => void judge('true-positive')()} title="True positive (e)">
        Escalate <kbd>e</kbd>
      </button>
      <button
        type="button"
        disabled={!active}
        onClick={() => void judge('benign-expected')()}
        title="Benign, expected (a)"
      >
        Acknowledge <kbd>a</kbd>
      </button>
      <button type="button" disabled={!active} onClick={() => setAsking(true)} title="False positive (f)">
        False positive <kbd>f</kbd>
      </button>
      <button
        type="button"
        className="quiet"
        disabled={!active || status === 'open'}
        onClick={() => void takeBack()}
        title="Undo the last verdict (u)"
      >
        Undo <kbd>u</kbd>
      </button>
      {asking && (
        <FalsePositiveDialog
          targets={targets}
          alerts={alerts}
          close={() => setAsking(false)}
          {...(done ? { done } : {})}
        />
      )}
    </div>
  );
}

// --- internal ---

/** Who judges by one key has no more to say than this. */
const REASONS = {
  'benign-expected': 'acknowledged',
  'true-positive': 'escalated',
  'not-evaluable': 'not evaluable',
} as const;
