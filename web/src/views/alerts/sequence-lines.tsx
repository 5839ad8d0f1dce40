import { useMemo } from 'react';
import type { Explanation, StoredRecord } from '../../api/types.ts';
import { Lines } from '../../ui/lines.tsx';
import { Empty } from '../../ui/states.tsx';

/** The raw lines of the session, the deviating one marked; else the lines that the alert leads back to. */
export function SequenceLines(props: {
  readonly sequence: Explanation['sequence'];
  readonly records: readonly StoredRecord[];
}) {
  const { sequence, records } = props;
  const shown = useMemo(() => {
    const known = new Map<number, StoredRecord>(records.map((record) => [record.id, record]));
    for (const { record } of sequence) if (record) known.set(record.id, record);
    return [...known.values()].sort((a, b) => a.time - b.time || a.id - b.id);
  }, [sequence, records]);
  const marks = useMemo(
    () =>
      new Map(
        sequence.flatMap((item) =>
          item.record && (item.deviating || item.flags.length > 0)
            ? [
                [
                  item.record.id,
                  { severity: item.severity, reason: item.deviating ? 'this line deviates' : '' },
                ] as const,
              ]
            : [],
        ),
      ),
    [sequence],
  );
  return (
    <section>
      <h3>Raw lines</h3>
      {shown.length === 0 ? (
        <Empty title="The lines are no longer stored" />
      ) : (
        <Lines label="Raw lines of this alert" records={shown} flagged={marks} />
      )}
    </section>
  );
}
