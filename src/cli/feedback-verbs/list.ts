import { CaracalError } from '../../errors.ts';
import type { StoredAlert } from '../../store/index.ts';
import { EXIT } from '../exit.ts';
import { isoTime } from '../results.ts';
import { clock, plural, table } from '../text.ts';
import { type FeedbackVerb, jsonLine } from './verb.ts';

/** `caracal feedback list`: the alerts that wait for a verdict, the most urgent first. */
export const list: FeedbackVerb = async ({ io, open, names, json }) => {
  if (names.length > 0) throw new CaracalError('E_USAGE', `list takes no id, not ${names.join(', ')}. Leave it out.`);
  const store = await open();
  const { items } = await store.alerts.page({ status: ['open'] }, { order: 'priority', limit: SHOWN });
  const { total } = await store.alerts.counts({ status: ['open'] });
  if (json) {
    for (const alert of items) jsonLine(io, { type: 'alert', ...openJson(alert) });
    jsonLine(io, { type: 'summary', open: total, shown: items.length });
    return EXIT.done;
  }
  if (items.length > 0) {
    io.out(
      table(
        items,
        [
          { title: 'id', cell: ({ id }) => id },
          { title: 'time', cell: ({ time }) => clock(time) },
          { title: 'priority', cell: ({ priority }) => priority.rank },
          { title: 'detector', cell: ({ detector }) => detector },
          { title: 'about', cell: ({ entity }) => entity?.value ?? '' },
          { title: 'events', cell: ({ count }) => String(count), align: 'right' },
          { title: 'reason', cell: ({ reason }) => reason },
        ],
        io.width,
      ),
    );
  }
  const most = items.length < total ? `, the ${SHOWN} most urgent of which are shown` : '';
  io.out(`${items.length > 0 ? '\n' : ''}${plural(total, 'alert')} without a verdict${most}.\n`);
  return EXIT.done;
};

// --- internal ---

const SHOWN = 50;

function openJson({ id, time, severity, priority, detector, entity, template, count, reason }: StoredAlert): object {
  const { rank, score } = priority;
  return { id, time: isoTime(time), severity, priority: { rank, score }, detector, entity, template, count, reason };
}
