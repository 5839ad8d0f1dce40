import { useQueryClient } from '@tanstack/react-query';
import { change } from '../../api/client.ts';
import { useGet } from '../../api/queries.ts';
import type { DeadLetter, Page } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { Time } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';
import { toast, toastError } from '../../ui/toasts.tsx';

/** Notifications that could not be delivered, to try again. */
export function DeadLetters() {
  const client = useQueryClient();
  const { data } = useGet<Page<DeadLetter>>('dead-letters', '/dead-letters', { delivered: false });
  if (!data || data.items.length === 0) return null;
  const retry = async (id: number): Promise<void> => {
    try {
      const letter = await change<DeadLetter>('POST', `/dead-letters/${id}/retry`);
      toast(letter.delivered === null ? { text: letter.error, bad: true } : { text: 'Delivered' });
    } catch (error) {
      toastError(error);
    }
    await client.invalidateQueries({ queryKey: ['dead-letters'] });
  };
  return (
    <section className="card">
      <h2>{plural(data.items.length, 'notification')} not delivered</h2>
      <table className="table">
        <tbody>
          {data.items.map((letter) => (
            <tr key={letter.id}>
              <td>
                <Time time={letter.updated} />
              </td>
              <td>
                <Text>{letter.notifier}</Text>
              </td>
              <td className="bad">
                <Text>{letter.error}</Text>
              </td>
              <td className="num">{plural(letter.attempts, 'try', 'tries')}</td>
              <td className="right">
                <button type="button" onClick={() => void retry(letter.id)}>
                  Try again
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
