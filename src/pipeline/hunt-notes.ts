import { type ClockOffset, estimateClockOffset, findSilences, type Silence } from '../hunt/index.ts';
import type { HuntResult } from './hunt.ts';

/** What an analyst has to know of the channels to trust the windows. */
export interface HuntNotes {
  /** Where a channel fell silent: nothing of it can be judged there. */
  readonly silences: readonly Silence[];
  /** Channels whose clocks seem to differ. */
  readonly clockOffsets: readonly (ClockOffset & { readonly first: string; readonly second: string })[];
  /** Pairs of channels that have no time in common. */
  readonly apart: readonly (readonly [first: string, second: string])[];
  /** Names of the channels; those that are a sensor each, not a detector. */
  readonly sensors: readonly string[];
  /** Events without a time: no window can hold them. */
  readonly untimed: number;
}

/** Looks at the channels of a hunt: who was silent, whose clock is off, who never met. */
export function huntNotes({ table, periods }: HuntResult): HuntNotes {
  const { events, channels } = table;
  let untimed = 0;
  for (const time of events.time) if (Number.isNaN(time)) untimed++;
  if (!channels) return { silences: [], clockOffsets: [], apart: [], sensors: [], untimed };
  const times = Array.from({ length: channels.values.size }, (): number[] => []);
  for (let row = 0; row < events.count; row++) {
    if (!Number.isNaN(events.time[row]!)) times[channels.ids[row]!]?.push(events.time[row]!);
  }
  const sensors = times
    .map((list, id) => ({ name: channels.values.value(id), times: Float64Array.from(list).sort() }))
    .filter((sensor) => sensor.times.length > 0);
  const pairs = sensors.flatMap((first, i) => sensors.slice(i + 1).map((second) => ({ first, second })));
  return {
    untimed,
    sensors: sensors.map(({ name }) => name),
    silences: sensors.flatMap((sensor) => findSilences(sensor.name, sensor.times, periods.judged)),
    clockOffsets: pairs.flatMap(({ first, second }) => {
      const found = estimateClockOffset(first.times, second.times);
      return found ? [{ ...found, first: first.name, second: second.name }] : [];
    }),
    apart: pairs.flatMap(({ first, second }) =>
      first.times[0]! > second.times.at(-1)! || second.times[0]! > first.times.at(-1)!
        ? [[first.name, second.name] as const]
        : [],
    ),
  };
}
