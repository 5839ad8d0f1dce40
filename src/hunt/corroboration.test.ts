import { describe, expect, it } from 'vitest';
import { type Flag, findBursts } from './bursts.ts';
import { findCores } from './cores.ts';
import { INDEPENDENT } from './corroboration.ts';
import { learnCorroboration } from './learn-corroboration.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const flag = (time: number, host: number, surprise = 2.4): Flag => ({
  row: 0,
  time,
  surprise,
  fact: 0,
  text: '',
  host,
});
const bursts = (channel: string, times: readonly number[], host = 0, surprise?: number) =>
  findBursts(
    channel,
    times.map((time) => flag(time, host, surprise)),
    MINUTE,
  );
const hours = (count: number, shift = 0) => Array.from({ length: count }, (_, i) => i * HOUR + shift);
const learn = (normal: ReturnType<typeof bursts>) => learnCorroboration(normal, 100 * HOUR, MINUTE, 4.6);
const confirmed = (normal: ReturnType<typeof bursts>, judged: ReturnType<typeof bursts>) =>
  findCores(judged, { tolerance: MINUTE, solo: 2.46, corroboration: learn(normal) }).map(
    ({ confirmedBy }) => confirmedBy,
  );

describe('corroboration', () => {
  it('of a channel that repeats another is worth nothing', () => {
    const { channels } = learn([...bursts('ids', hours(99)), ...bursts('copy', hours(99, 1000))]);
    expect(channels('ids', 'copy')).toBeCloseTo(0);
  });

  it('of channels that hardly ever meet is worth a lot', () => {
    const { channels } = learn([...bursts('ids', hours(99)), ...bursts('auth', hours(99, HOUR / 2))]);
    expect(channels('ids', 'auth')).toBeCloseTo(2);
  });

  it('confirms what two weak channels see together for once, and not what they see every hour', () => {
    const both = [...bursts('ids', [1000 * HOUR]), ...bursts('auth', [1000 * HOUR + 1000])];
    expect(confirmed([...bursts('ids', hours(99)), ...bursts('auth', hours(99, HOUR / 2))], both)).toEqual([
      'channels',
    ]);
    expect(confirmed([...bursts('ids', hours(99)), ...bursts('auth', hours(99, 1000))], both)).toEqual([null]);
  });

  it('takes another host for a second view where hosts hardly ever act together', () => {
    const two = [...bursts('ids', [1000 * HOUR], 0), ...bursts('ids', [1000 * HOUR + 1000], 1)];
    const apart = [...bursts('ids', hours(99), 0), ...bursts('ids', hours(99, HOUR / 2), 1)];
    const together = [...bursts('ids', hours(99), 0), ...bursts('ids', hours(99, 1000), 1)];
    expect(confirmed(apart, two)).toEqual(['entities', 'entities']);
    expect(confirmed(together, two)).toEqual([null, null]);
  });

  it('of other hosts is not assumed', () => {
    const two = [...bursts('ids', [0], 0, 3), ...bursts('ids', [1000], 1, 3)];
    const cores = findCores(two, { tolerance: MINUTE, solo: 4, corroboration: INDEPENDENT });
    expect(cores.map(({ confirmedBy }) => confirmedBy)).toEqual([null, null]);
  });
});
