import { CaracalError } from '../../errors.ts';
import { EXIT } from '../exit.ts';
import { isoTime } from '../results.ts';
import { clock, plural, table } from '../text.ts';
import { type FeedbackVerb, jsonLine, targetOf } from './verb.ts';

/** `caracal feedback history ID`: all that was said of an alert or window, the latest first. */
export const history: FeedbackVerb = async ({ io, open, names, json }) => {
  const [id, ...more] = names;
  if (id === undefined || more.length > 0) {
    throw new CaracalError('E_USAGE', 'history takes the id of one alert or window. See caracal feedback list.');
  }
  const store = await open();
  const verdicts = await store.verdicts.history(await targetOf(store, id));
  if (json) {
    for (const { given, expires, undone, ...verdict } of verdicts) {
      jsonLine(io, {
        ...{ type: 'verdict', ...verdict, given: isoTime(given), expires: expires === null ? null : isoTime(expires) },
        undone: undone && { ...undone, time: isoTime(undone.time) },
      });
    }
    jsonLine(io, { type: 'summary', id, verdicts: verdicts.length });
    return EXIT.done;
  }
  if (verdicts.length > 0) {
    io.out(
      table(
        verdicts,
        [
          { title: 'number', cell: (verdict) => String(verdict.id), align: 'right' },
          { title: 'given', cell: ({ given }) => clock(given) },
          { title: 'by', cell: ({ author }) => author },
          { title: 'verdict', cell: ({ verdict }) => verdict },
          { title: 'expires', cell: ({ expires }) => (expires === null ? 'never' : clock(expires)) },
          { title: 'undone', cell: ({ undone }) => (undone ? `by ${undone.author}: ${undone.reason}` : '') },
          { title: 'reason', cell: ({ reason }) => reason },
        ],
        io.width,
      ),
    );
  }
  io.out(`${verdicts.length > 0 ? '\n' : ''}${plural(verdicts.length, 'verdict')}.\n`);
  return EXIT.done;
};
