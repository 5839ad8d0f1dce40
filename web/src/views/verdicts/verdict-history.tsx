import { useGet } from '../../api/queries.ts';
import type { StoredVerdict } from '../../api/types.ts';
import { StatusMark, Time } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';
import type { Target } from './verdicts.ts';

/** What people said of an alert or window, and who took it back. */
export function VerdictHistory({ target }: { readonly target: Target }) {
  const { data } = useGet<{ items: readonly StoredVerdict[] }>(
    'verdicts',
    `/${target.kind}s/${encodeURIComponent(target.id)}/verdicts`,
  );
  if (!data || data.items.length === 0) return null;
  return (
    <section>
      <h3>Verdicts</h3>
      <ul className="verdict-history">
        {data.items.map((verdict) => (
          <li key={verdict.id} className={verdict.undone ? 'undone' : ''}>
            <StatusMark status={verdict.verdict} /> <Text>{verdict.author}</Text> <Time time={verdict.given} />{' '}
            <Text>{verdict.reason}</Text>
            {verdict.undone && (
              <span className="faint">
                {' '}
                undone by <Text>{verdict.undone.author}</Text>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
