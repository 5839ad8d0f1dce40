import { usePages } from '../../api/queries.ts';
import type { AuditEntry } from '../../api/types.ts';
import { Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';

/** Who changed what, and when; nobody can change it. */
export function AuditTrail() {
  const pages = usePages<AuditEntry>('audit', '/audit', {}, 50);
  return (
    <section className="card">
      <h2>Audit trail</h2>
      <Await query={pages} what="the audit trail">
        {() =>
          pages.items.length === 0 ? (
            <Empty title="Nothing was changed yet" />
          ) : (
            <>
              <table className="table">
                <tbody>
                  {pages.items.map((entry) => (
                    <tr key={entry.id}>
                      <td>
                        <Time time={entry.time} />
                      </td>
                      <td>
                        <Text>{entry.actor}</Text>
                      </td>
                      <td>{entry.action}</td>
                      <td>
                        <Text>{entry.target}</Text>
                      </td>
                      <td className="faint">
                        <Text>{entry.detail === null ? '' : JSON.stringify(entry.detail)}</Text>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {pages.hasNextPage && (
                <button type="button" onClick={() => void pages.fetchNextPage()}>
                  Earlier entries
                </button>
              )}
            </>
          )
        }
      </Await>
    </section>
  );
}
