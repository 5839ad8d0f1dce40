import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import { createRng, type Rng } from '../util/rng.ts';
import { deeplog } from './deeplog.ts';
import { type Block, discoverWorkflow, type Succession, workflowKeys } from './workflow.ts';
import { exportWorkflow } from './workflow-export.ts';
import { type Departure, followWorkflow } from './workflow-follow.ts';

const NOISE = { noise: 0.02 };

const key = (name: string): Block => ({ kind: 'key', key: name });
const sequence = (...blocks: Block[]): Block => ({ kind: 'sequence', blocks });
const branch = (...blocks: Block[]): Block => ({ kind: 'branch', blocks });
const concurrent = (...blocks: Block[]): Block => ({ kind: 'concurrent', blocks });
const optional = (body: Block): Block => ({ kind: 'optional', body });
const loop = (body: Block, again: Block | null = null): Block => ({ kind: 'loop', body, again });
const [a, b, c, d, e, f] = ['a', 'b', 'c', 'd', 'e', 'f'].map(key) as [Block, Block, Block, Block, Block, Block];

const GRAMMARS: readonly [title: string, grammar: Block][] = [
  ['one key', a],
  ['a sequence', sequence(a, b, c)],
  ['a branch', sequence(a, branch(b, c), d)],
  ['a branch of tasks from the start', branch(sequence(a, b), sequence(c, d))],
  ['two events in any order', sequence(a, concurrent(b, c), d)],
  ['three events in any order', concurrent(a, b, c)],
  ['a sequence beside an event', sequence(a, concurrent(sequence(b, c), d), e)],
  ['a key that repeats', sequence(a, loop(b), c)],
  ['a loop of two keys', sequence(a, loop(sequence(b, c)), d)],
  ['a loop with another way back', sequence(a, loop(b, c), d)],
  ['a loop over a branch', sequence(a, loop(branch(b, c)), d)],
  ['an optional key', sequence(a, optional(b), c)],
  ['an optional part, with an optional key in it', sequence(a, optional(sequence(b, optional(c))), d)],
  ['an optional end', sequence(a, b, optional(c))],
  ['all at once', sequence(a, branch(loop(b), sequence(c, d)), concurrent(e, f))],
];

describe('discoverWorkflow', () => {
  test.each(GRAMMARS)('finds %s', (_, grammar) => {
    const runs = runsOf(grammar, 400, 1);
    expect(normalised(discoverWorkflow(successionOf(runs), NOISE))).toEqual(normalised(grammar));
  });

  test('is not misled by a little noise', () => {
    const grammar = sequence(a, branch(b, c), concurrent(d, e), f);
    const rng = createRng(4);
    const runs = runsOf(grammar, 1000, 2).map((run) =>
      rng.next() < 0.01 ? [...run].sort(() => rng.next() - 0.5) : run,
    );
    expect(normalised(discoverWorkflow(successionOf(runs), { noise: 0.05 }))).toEqual(normalised(grammar));
  });

  test('leaves out rare ways that hide the structure, so that what is usual is still a way through', () => {
    const grammar = sequence(loop(a), loop(branch(sequence(b, c), d)), e, f);
    const rng = createRng(5);
    const usual = runsOf(grammar, 1000, 3);
    const runs = usual.map((run) =>
      rng.next() < 0.1 ? run.toSpliced(1 + rng.int(run.length - 1), 0, rng.pick(['a', 'b', 'c', 'd', 'e'])) : run,
    );
    const found = discoverWorkflow(successionOf(runs), { noise: 0.001 }) ?? a;
    expect(JSON.stringify(found)).not.toContain('graph');
    expect(usual.filter((run) => findDeparture(found, run, true) !== null)).toEqual([]);
    expect(findDeparture(found, ['f', 'e', 'd', 'a'], true)).not.toBeNull();
  });

  test('is there in no time with a thousand keys and no structure', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `k${i}`);
    const rng = createRng(6);
    const runs = Array.from({ length: 500 }, () => Array.from({ length: 20 }, () => rng.pick(names)));
    const found = discoverWorkflow(successionOf(runs), NOISE);
    expect(findDeparture(found ?? a, runs[0] ?? [], true)).toBeNull();
  });

  test('leaves what has no structure a graph that allows what was seen', () => {
    const runs = [
      ['a', 'b', 'c', 'd'],
      ['b', 'd', 'a', 'c'],
      ['a', 'b', 'd', 'a', 'c', 'd'],
      ['a', 'c', 'a', 'b', 'd'],
    ];
    const found = discoverWorkflow(successionOf(runs), NOISE);
    for (const run of runs) expect(findDeparture(found ?? a, run, true)).toBeNull();
  });

  test('without known ends a task ends where nothing else follows', () => {
    const { follows, returns } = successionOf(runsOf(sequence(a, b, c), 50, 1));
    const open = new Map([...follows].map(([from, to]) => [from, new Map([...to].filter(([name]) => name !== '$'))]));
    expect(discoverWorkflow({ follows: open, returns }, NOISE)).toEqual(sequence(a, b, c));
  });

  test('finds nothing in nothing', () => {
    expect(discoverWorkflow(successionOf([]), NOISE)).toBeNull();
  });
});

describe('followWorkflow', () => {
  test.each(GRAMMARS)('follows every run of %s', (_, grammar) => {
    for (const run of runsOf(grammar, 100, 3)) {
      expect(findDeparture(grammar, run, true)).toBeNull();
      expect(findDeparture(grammar, run.slice(0, -1), false)).toBeNull();
    }
  });

  test('remembers what it found of one run for the next, and finds the same', () => {
    for (const [, grammar] of GRAMMARS) {
      const departureOf = followWorkflow(grammar);
      const rng = createRng(8);
      const runs = runsOf(grammar, 40, 3).map((run) => (rng.next() < 0.5 ? run : [...run].reverse()));
      for (const run of runs) expect(departureOf(run, true)).toEqual(findDeparture(grammar, run, true));
    }
  });

  test('is done in no time with nested loops over choices, however long the run', () => {
    const names = Array.from({ length: 40 }, (_, i) => key(`k${i}`));
    const messy = names.reduce((inner, name) => loop(sequence(optional(loop(inner)), optional(name))), a);
    const rng = createRng(9);
    const run = Array.from({ length: 3000 }, () => `k${rng.int(40)}`);
    expect(findDeparture(messy, run, true)).toBeNull();
  });

  test('says where a run left the workflow and what was expected there', () => {
    const task = sequence(a, branch(b, c), concurrent(d, e), optional(f));
    expect(findDeparture(task, ['a', 'x', 'd'], true)).toEqual({ position: 1, key: 'x', expected: ['b', 'c'] });
    expect(findDeparture(task, ['a', 'b', 'e', 'e'], true)).toEqual({ position: 3, key: 'e', expected: ['d'] });
    expect(findDeparture(task, ['a', 'b', 'e'], true)).toEqual({ position: 3, key: '$', expected: ['d'] });
    expect(findDeparture(task, ['a', 'b', 'e'], false)).toBeNull();
    expect(findDeparture(task, ['a', 'b', 'e', 'd', 'a'], true)).toEqual({
      position: 4,
      key: 'a',
      expected: ['f', '$'],
    });
    expect(findDeparture(task, [], true)).toEqual({ position: 0, key: '$', expected: ['a'] });
  });
});

describe('exportWorkflow', () => {
  const task = sequence(a, branch(b, c), concurrent(d, e), optional(f), loop(key('g'), key('h')));

  test('JSON holds the blocks and the automaton; every key and both ends of every edge are there', () => {
    const { blocks, nodes, edges } = JSON.parse(exportWorkflow(task, 'json', (name) => `template ${name}`));
    expect(blocks).toEqual(task);
    const ids = new Set(nodes.map(({ id }: { id: string }) => id));
    expect(edges.every(({ from, to }: { from: string; to: string }) => ids.has(from) && ids.has(to))).toBe(true);
    const texts = nodes.flatMap(({ text }: { text?: string }) => text ?? []);
    expect(texts.sort()).toEqual(workflowKeys(task).map((name) => `template ${name}`));
  });

  test('Mermaid and DOT say what branches, runs concurrently, repeats and may be skipped', () => {
    const chart = exportWorkflow(sequence(a, concurrent(b, optional(c)), loop(d)), 'mermaid');
    expect(chart).toBe(`flowchart TD
  n0(["begin"])
  n1["a"]
  n2{{"and"}}
  n3["b"]
  n4{"or"}
  n5["c"]
  n6{" "}
  n7{{" "}}
  n8["d"]
  n9(["end"])
  n4 --> n5
  n5 --> n6
  n4 -. skip .-> n6
  n2 --> n3
  n3 --> n7
  n2 --> n4
  n6 --> n7
  n8 -- again --> n8
  n1 --> n2
  n7 --> n8
  n0 --> n1
  n8 --> n9
`);
    const graph = exportWorkflow(sequence(a, loop(b)), 'dot');
    expect(graph).toContain('digraph workflow {\n');
    expect(graph).toContain('  n2 [label="b", shape=box];\n');
    expect(graph).toContain('  n2 -> n2 [label="again"];\n');
  });

  test('hostile text stays within its label', () => {
    const hostile = 'x"] --> y\n  click n0 "javascript:1"; \\" } end \u001b[31m';
    const chart = exportWorkflow(key(hostile), 'mermaid');
    expect(chart.split('\n')).toHaveLength(7);
    expect(chart).not.toContain('javascript:1"');
    expect(chart).not.toContain('\u001b');
    const [, label] = /^ {2}n1 \["(.*)"\]$/m.exec(chart.replace('n1[', 'n1 [')) ?? [];
    expect(label).not.toContain('"');
    const graph = exportWorkflow(key(hostile), 'dot');
    expect(graph.split('\n')).toHaveLength(8);
    expect(graph).toContain('\\\\\\" } end');
  });
});

describe("the workflow of DeepLog's predictions", () => {
  test('is the structure of the task it learned', async () => {
    const grammar = sequence(a, branch(b, c), concurrent(d, e), f);
    const options = { window: 5, embedding: 8, hidden: 16, batchSize: 32, epochs: 250, lr: 0.02, seed: 1, threads: 1 };
    const model = await deeplog.fit(sequencesOf(runsOf(grammar, 300, 1)), sequencesOf(runsOf(grammar, 60, 2)), options);
    expect(normalised((await model.workflow?.()) ?? null)).toEqual(normalised(grammar));
    await model.dispose();
  });
});

// --- internal ---

function findDeparture(workflow: Block, keys: readonly string[], closed: boolean): Departure | null {
  return followWorkflow(workflow)(keys, closed);
}

function runsOf(grammar: Block, count: number, seed: number): string[][] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => runOf(grammar, rng));
}

/** One way through a workflow, at random. */
function runOf(block: Block, rng: Rng): string[] {
  switch (block.kind) {
    case 'key':
      return [block.key];
    case 'sequence':
      return block.blocks.flatMap((part) => runOf(part, rng));
    case 'branch':
      return runOf(rng.pick(block.blocks), rng);
    case 'optional':
      return rng.next() < 0.5 ? runOf(block.body, rng) : [];
    case 'loop': {
      const run = runOf(block.body, rng);
      while (rng.next() < 0.5) run.push(...(block.again ? runOf(block.again, rng) : []), ...runOf(block.body, rng));
      return run;
    }
    case 'concurrent': {
      const runs = block.blocks.map((part) => runOf(part, rng));
      const merged: string[] = [];
      for (let left = runs.filter((run) => run.length > 0); left.length > 0; ) {
        merged.push(rng.pick(left).shift() ?? '');
        left = left.filter((run) => run.length > 0);
      }
      return merged;
    }
    case 'graph':
      throw new Error('no test generates from a graph');
  }
}

function successionOf(runs: readonly (readonly string[])[]): Succession {
  const follows = new Map<string, Map<string, number>>();
  const returns = new Map<string, Map<string, number>>();
  const tally = (table: typeof follows, from: string, to: string): void => {
    const row = table.get(from) ?? new Map<string, number>();
    table.set(from, row.set(to, (row.get(to) ?? 0) + 1));
  };
  for (const run of runs) {
    const full = ['^', ...run, '$'];
    full.slice(1).forEach((to, i) => {
      tally(follows, full[i] ?? '', to);
      if (i > 0 && full[i - 1] === to && full[i] !== to) tally(returns, to, full[i] ?? '');
    });
  }
  return { follows, returns };
}

/** The same workflow with the blocks of choices and concurrency in the order of their names. */
function normalised(block: Block | null): unknown {
  if (block === null) return null;
  switch (block.kind) {
    case 'branch':
    case 'concurrent':
      return {
        ...block,
        blocks: block.blocks.map(normalised).sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1)),
      };
    case 'sequence':
      return { ...block, blocks: block.blocks.map(normalised) };
    case 'loop':
      return { ...block, body: normalised(block.body), again: normalised(block.again) };
    case 'optional':
      return { ...block, body: normalised(block.body) };
    default:
      return block;
  }
}
