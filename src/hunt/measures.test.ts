import { describe, expect, it } from 'vitest';
import { measureCoverage, measureRetention } from './measures.ts';
import { sweep } from './sweep.ts';

const times = (...list: number[]) => Float64Array.from(list);
const events = {
  time: times(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100),
  benign: times(0, 10, 20, 30, 70, 80, 90, 100),
  attack: times(40, 50, 60),
  period: [0, 100] as const,
};
const phases = [
  { name: 'scan', start: 35, end: 45 },
  { name: 'theft', start: 55, end: 65 },
  { name: 'quiet', start: 92, end: 98 },
];

describe('retention', () => {
  it('counts what lies in windows once, however they overlap', () => {
    const kept = measureRetention(
      [
        { start: 35, end: 55 },
        { start: 50, end: 61 },
      ],
      events,
    );
    expect(kept).toEqual({ windows: 2, keptEvents: 3, retention: 3 / 11, timeRetention: 0.26 });
  });

  it('counts only time that is judged', () => {
    expect(measureRetention([{ start: -50, end: 10 }], events).timeRetention).toBe(0.1);
  });
});

describe('coverage', () => {
  it('is of phases that a window touches; a phase without attack events is not visible', () => {
    const found = measureCoverage(
      [
        { start: 45, end: 50 },
        { start: 97, end: 99 },
      ],
      events,
      phases,
    );
    expect(found.phases).toEqual([
      { name: 'scan', visible: true, covered: true },
      { name: 'theft', visible: true, covered: false },
      { name: 'quiet', visible: false, covered: true },
    ]);
    expect(found.phaseCoverage).toBeCloseTo(2 / 3);
    expect(found.visiblePhaseCoverage).toBe(0.5);
    expect(found.eventCoverage).toBeCloseTo(1 / 3);
    expect(found.timeCoverage).toBeCloseTo(1 / 26);
    expect(found.benignRetention).toBe(0);
  });

  it('of everything keeps everything', () => {
    const found = measureCoverage([{ start: 0, end: 100 }], events, phases);
    expect([found.visiblePhaseCoverage, found.eventCoverage, found.timeCoverage, found.benignRetention]).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('says that it does not know what labels would say', () => {
    const found = measureCoverage([], { time: events.time, period: events.period }, phases);
    expect(found.visiblePhaseCoverage).toBeNaN();
    expect(found.phases[0]).toEqual({ name: 'scan', visible: null, covered: false });
  });
});

describe('a sweep', () => {
  const at = (value: number) => (value === 0 ? [] : [{ start: 50 - value, end: 50 + value }]);

  it('names the smallest extension that covers every visible phase', () => {
    const { smallestFull, points } = sweep('beta', [0, 2, 5, 10, 50], at, events, phases);
    expect(smallestFull).toBe(5);
    expect(points.map(({ benignRetention }) => benignRetention)).toEqual([0, 0, 0, 0, 1]);
  });

  it('has an area of 1 where everything is covered and nothing else kept, and none without coverage', () => {
    expect(sweep('beta', [5], at, events, phases).area).toBe(1);
    expect(sweep('beta', [0], at, events, phases)).toMatchObject({ area: 0, smallestFull: null });
  });
});
