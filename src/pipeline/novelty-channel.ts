import { type ArrivalOptions, judgeArrivals } from '../models/index.ts';
import { calibrate } from '../score/index.ts';
import type { EventColumns } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { type Channel, type Fact, FLAG_SURPRISE } from './channel.ts';

const NAME = 'novelty';

/**
 * The novelty channel of a whole log: what a host hardly ever does, flagged where its
 * arrivals fall into at most one period in 200.
 *
 * @param events sorted by time
 * @param templateText text of an internal template number
 * @param hostText name of a host number
 */
export function noveltyChannel(
  events: EventColumns,
  templateText: (template: number) => string,
  hostText: (host: number) => string,
  options: ArrivalOptions,
): Channel {
  const { surprise, before } = judgeArrivals(events, options);
  const learned = surprise.filter((_, row) => events.time[row]! < options.judgedFrom);
  // A flood has the same thing to say a million times.
  const told = new Map<string, readonly Fact[]>();
  return {
    name: NAME,
    score: surprise,
    surprise,
    flagged: Uint8Array.from(surprise, (value) => (value >= FLAG_SURPRISE ? 1 : 0)),
    calibration: calibrate(learned.length > 0 ? learned : surprise),
    modelHash: contentId([NAME, options.period]),
    facts: (row) => {
      const template = events.template[row]!;
      const times = before[row]!;
      const name = `${events.host[row]} ${template} ${times}`;
      const known = told.get(name);
      if (known && known[0]?.surprise === surprise[row]) return known;
      const seen = times <= 0 ? 'never seen' : `seen ${times === 1 ? 'once' : `${times} times`}`;
      const host = hostText(events.host[row]!);
      const text = `'${templateText(template)}' ${seen} before${host === '' ? '' : ` on ${host}`}`;
      const facts = [{ fact: template, surprise: surprise[row]!, text }];
      told.set(name, facts);
      return facts;
    },
  };
}
