import { describe, expect, it } from 'vitest';
import { labelIn, parseLabels } from './labels.ts';

const anomaly = (name: string) => ({ anomalous: true, name });

describe('labels beside logs', () => {
  it.each(['0', 'normal', 'Normal', 'benign', 'false', 'false_positive', '-', ' none '])('%j says normal', (text) => {
    expect(labelIn(text)?.anomalous).toBe(false);
  });

  it.each(['1', 'Anomaly', 'true', 'lateral movement'])('%j says anomalous', (text) => {
    expect(labelIn(text)).toEqual(anomaly(text));
  });

  it('of nothing are none', () => {
    expect(labelIn('  ')).toBeUndefined();
  });

  it('are of sessions where there is an id, and an anomaly is not undone by a later row', () => {
    const labels = parseLabels('BlockId,Label\nblk_1,Anomaly\nblk_2,Normal\nblk_1,Normal\nblk_3,\n', 'labels.csv');
    expect(labels.unit === 'session' && [...labels.sessions]).toEqual([
      ['blk_1', anomaly('Anomaly')],
      ['blk_2', { anomalous: false, name: 'Normal' }],
    ]);
  });

  it('are of lines where there is a line, of spans where there are two times', () => {
    expect(parseLabels('source,line,label\nlogs/auth.log,12,scan\n', 'f')).toEqual({
      file: 'f',
      unit: 'line',
      lines: [{ source: 'logs/auth.log', line: 12, label: anomaly('scan') }],
    });
    const span = { start: Date.UTC(2022, 0, 18, 11), end: Date.UTC(2022, 0, 18, 12), label: anomaly('scan') };
    for (const [start, end] of [
      ['2022-01-18T11:00:00Z', '2022-01-18T12:00:00Z'],
      ['2022-01-18 11:00:00', '2022-01-18 12:00:00'],
      ['2022-01-18T12:00:00+01:00', '2022-01-18T13:00:00+01:00'],
      ['1642503600', '1642507200'],
      ['1642503600000', '1642507200000'],
    ]) {
      expect(parseLabels(`start,end,label\n${start},${end},scan\n`, 'f')).toMatchObject({
        unit: 'time',
        spans: [span],
      });
    }
    const written = { scan: ['2022-01-18T11:00:00Z', '2022-01-18T12:00:00Z'] };
    expect(parseLabels(JSON.stringify(written), 'f')).toMatchObject({ unit: 'time', spans: [span] });
    const listed = { windows: [{ name: 'scan', start: '2022-01-18T11:00:00Z', end: '2022-01-18T12:00:00Z' }] };
    expect(parseLabels(JSON.stringify(listed), 'f')).toMatchObject({ unit: 'time', spans: [span] });
  });

  it('take the columns that are named', () => {
    const labels = parseLabels('line,who,truth\n1,a,1\n', 'f', { label: 'truth', id: 'who' });
    expect(labels).toMatchObject({ unit: 'session' });
  });

  it.each([
    ['session,keys\na,1\n', /f: no column 'label'.* --label-column one of: session, keys/],
    ['when,label\na,1\n', /f: no column 'session'.* --id-column one of: when, label/],
    ['line,label\n1,0\nseven,1\n', /f, line 3: 'seven' is no line number/],
    ['start,end,label\n2022-01-02,2022-01-01,x\n', /f, line 2: .* is no span of time/],
    ['session,label\n', /f: no labels in it/],
    ['{"scan": "2022"}', /f: 'undefined' to 'undefined' is no span of time \(of scan\)/],
    ['{"scan": [', /f: not JSON/],
    ['{}', /f: no spans of time/],
  ])('%j are refused', (text, what) => {
    expect(() => parseLabels(text, 'f')).toThrow(what);
  });
});
