import { describe, expect, it } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { EventColumns, SequenceSet } from '../types.ts';
import { joinSessions } from './join-sessions.ts';
import { parseLabels } from './labels.ts';
import { labelSequences, type Truth, truthOf, truthOfEvents, UNLABELLED } from './truth.ts';

/** Two files of three lines, a second apart from the epoch on. */
const events = {
  count: 6,
  time: Float64Array.of(0, 1000, 2000, 3000, 4000, 5000),
  source: Int32Array.of(0, 1, 0, 1, 0, 1),
  line: Float64Array.of(1, 1, 2, 2, 3, 3),
} as unknown as EventColumns;
const set: SequenceSet = {
  ...sequencesOf([['a', 'b'], ['c', 'd'], ['e'], ['f']], { ids: ['s', 't', 'u', 's'] }),
  events: Int32Array.of(0, 2, 1, 3, 4, 5),
};
const sources = ['/logs/web/auth.log', '/logs/db/auth.log.gz'];
const held = (text: string, names = sources) =>
  truthOf(parseLabels(text, 'labels.csv'), { set, events, sources: names });
const rows = (truth: Truth) => (truth.unit === 'event' ? [...truth.events] : []);

describe('ground truth', () => {
  it('of lines goes to the file whose path ends as they say, packed or not', () => {
    const { truth, matched, unmatched, example } = held(
      'source,line,label\nweb/auth.log,2,scan\ndb/auth.log,3,scan\nauth.log,9,scan\n',
    );
    expect(rows(truth)).toEqual([0, 0, 1, 0, 0, 1]);
    expect({ matched, unmatched, example }).toEqual({ matched: 2, unmatched: 1, example: 'line 9 of auth.log' });
    expect(() => held('line,label\n2,scan\n')).toThrow(/labels.csv .* there are 2 files\. Add a column 'source'/);
    expect(rows(held('line,label\n2,scan\n', [sources[0] ?? '']).truth)).toEqual([0, 0, 1, 0, 0, 0]);
  });

  it('of times goes to all events within, both ends included', () => {
    expect(rows(held('{"scan": [1, 3]}').truth)).toEqual([0, 1, 1, 1, 0, 0]);
    expect(held('{"scan": [1, 3], "late": [90, 91]}')).toMatchObject({
      unmatched: 1,
      example: 'late from 1970-01-01T00:01:30.000Z',
    });
  });

  it('that names what is normal leaves the rest unknown, and else the rest is normal', () => {
    const both = held('session,label\ns,1\nt,0\n').truth;
    const anomalies = held('session,label\ns,1\n').truth;
    const labelled = (truth: Truth) => {
      const { set: known, unlabelled } = labelSequences(set, truth);
      return { ids: known.ids, labels: [...(known.labels ?? [])], unlabelled };
    };
    expect(labelled(both)).toEqual({ ids: ['s', 't', 's'], labels: [1, 0, 1], unlabelled: 1 });
    expect(labelled(anomalies)).toEqual({ ids: ['s', 't', 'u', 's'], labels: [1, 0, 0, 1], unlabelled: 0 });
    expect(rows(held('source,line,label\nweb/auth.log,2,scan\nweb/auth.log,3,0\n').truth)).toEqual([
      UNLABELLED,
      UNLABELLED,
      1,
      UNLABELLED,
      0,
      UNLABELLED,
    ]);
  });

  it('of events makes a session anomalous by any of them, and unknown where none is known', () => {
    const cells = ['-', '', 'scan', '', '-', 'x'];
    const truth = truthOfEvents(cells.map((name) => (name ? { anomalous: name !== '-', name } : undefined)));
    const { set: known, unlabelled } = labelSequences(set, truth);
    expect([known.ids, [...(known.labels ?? [])], unlabelled]).toEqual([['s', 'u', 's'], [1, 0, 1], 1]);
  });

  it('of lines or times needs events', () => {
    const labels = parseLabels('{"scan": [1, 3]}', 'phases.json');
    expect(() => truthOf(labels, { set, sources })).toThrow(/a sequence CSV has neither/);
  });
});

describe('sessions that silence had cut', () => {
  it('are joined in order', () => {
    const joined = joinSessions(set);
    expect(joined.ids).toEqual(['s', 't', 'u']);
    expect([...joined.offsets]).toEqual([0, 3, 5, 6]);
    expect([...(joined.events ?? [])]).toEqual([0, 2, 5, 1, 3, 4]);
    expect(Array.from(joined.keys, (key) => joined.keyNames[key])).toEqual(['a', 'b', 'f', 'c', 'd', 'e']);
    expect(joinSessions(joined)).toBe(joined);
  });
});
