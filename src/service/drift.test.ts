import { describe, expect, it } from 'vitest';
import { createDriftMeter } from './drift.ts';

const expected = { flagRate: 0.005, median: 0.5 };

describe('drift', () => {
  it('says nothing before there are enough events', () => {
    const meter = createDriftMeter(expected);
    for (let i = 0; i < 199; i++) meter.add(9, true, true);
    expect(meter.read()).toMatchObject({ level: 'none', events: 199, reason: 'only 199 events so far' });
  });

  it('is none of events like those in training, some or strong of others, and says why', () => {
    const of = (score: number, novel: number, flagged: number) => {
      const meter = createDriftMeter(expected);
      for (let i = 0; i < 1000; i++) meter.add(score, i < novel, i < flagged);
      return meter.read();
    };
    expect(of(0.5, 0, 5)).toMatchObject({
      level: 'none',
      shift: 0,
      flagRate: 0.005,
      novelty: 0,
      expectedFlagRate: 0.005,
    });
    expect(of(0.5, 30, 5)).toMatchObject({ level: 'some', novelty: 0.03, reason: expect.stringContaining('3.0 %') });
    expect(of(0.5, 200, 5)).toMatchObject({
      level: 'strong',
      reason: expect.stringContaining('a template never seen'),
    });
    expect(of(0.5, 0, 30)).toMatchObject({ level: 'some', reason: '3.0 % are flagged, where 0.5 % are usual' });
    expect(of(0.5, 0, 200).level).toBe('strong');
    expect(of(1, 0, 5)).toMatchObject({ level: 'some', shift: 0.5 });
    expect(of(2, 0, 5)).toMatchObject({ level: 'strong', reason: 'the median score rose by 1.5 nats' });
  });

  it('forgets what is long ago', () => {
    const meter = createDriftMeter(expected);
    for (let i = 0; i < 4096; i++) meter.add(5, true, true);
    expect(meter.read().level).toBe('strong');
    for (let i = 0; i < 4096; i++) meter.add(0.5, false, false);
    expect(meter.read()).toMatchObject({ level: 'none', events: 4096, novelty: 0 });
  });

  it('goes on after a snapshot as if nothing had been', () => {
    const meter = createDriftMeter(expected);
    for (let i = 0; i < 5000; i++) meter.add(i % 7, i % 50 === 0, i % 90 === 0);
    const other = createDriftMeter(expected, structuredClone(meter.snapshot()));
    for (const each of [meter, other]) for (let i = 0; i < 100; i++) each.add(1, false, true);
    expect(other.read()).toEqual(meter.read());
  });
});
