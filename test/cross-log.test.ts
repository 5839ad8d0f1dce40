import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectCounted, expectRefused, type Run, TINY } from './support/cli.ts';
import { dataFolder, needs } from './support/requirements.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();

/** The same sshd after an update that words two of its messages anew, and one that is not like any. */
function updated(line: string, i: number): string {
  if (i === 40) return line.replace(/\]: .*/, ']: kernel module rootkit loaded into memory');
  return line
    .replace('session opened for user', 'new session opened for user')
    .replace('Disconnected from user', 'Disconnected from authenticated user');
}

describe('a model of one log judges another', () => {
  const model = path('model');
  const other = write('other.log', sshdLines(90).map(updated).join('\n'));
  let plain: Run;
  let mapped: Run;

  beforeAll(async () => {
    await caracal(['train', write('first.log', sshdLines(600).join('\n')), '--out', model, ...TINY, '--epochs', '20']);
    plain = await caracal(['detect', other, '--model-dir', model, '--json']);
    mapped = await caracal(['detect', other, '--model-dir', model, '--map-templates', '0.7', '--json']);
  });

  it('and shows which of its templates go by which learned one, how similar they are, and which are new', () => {
    expect(expectCounted(mapped)).toEqual([]);
    const rows = mapped.ofType('template');
    expect(rows.map(({ state, events, text, learned }) => [state, events, text, learned])).toEqual([
      ['new', 1, 'kernel module rootkit loaded into memory', null],
      [
        'mapped',
        30,
        expect.stringMatching(/from authenticated user/),
        expect.stringMatching(/^Disconnected from user/),
      ],
      ['mapped', 29, expect.stringMatching(/new session opened/), expect.stringMatching(/: session opened/)],
      ['known', 30, expect.stringMatching(/^Accepted/), expect.stringMatching(/^Accepted/)],
    ]);
    const [fresh, ...others] = rows;
    expect(fresh?.similarity).toBeLessThan(0.7);
    for (const { similarity, id, key, state } of others) {
      expect(similarity).toBeGreaterThanOrEqual(0.7);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(id === key).toBe(state === 'known');
    }
    expect(mapped.summary().templateEvents).toEqual({ known: 30, mapped: 59, new: 1 });
  });

  it('so that what is worded anew is not taken for unseen, and what is new still is', () => {
    const unseen = (run: Run): number => run.ofType('event').filter(({ flags }) => flags.includes('unseen')).length;
    expect(unseen(plain)).toBe(60);
    expect(plain.ofType('template')).toEqual([]);
    const flagged = mapped.ofType('event').filter(({ flags }) => flags.includes('unseen'));
    expect(flagged.map(({ line }) => line)).toEqual([41]);
    expect(mapped.summary().flaggedSequences).toBeLessThan(plain.summary().flaggedSequences);
  });

  it('and a person sees the same', async () => {
    const { out } = await caracal(['detect', other, '--model-dir', model, '--map-templates', '0.7']);
    expect(out).toContain('4 templates of this log: 1 known to the model, 2 mapped to one it knows, 1 new');
    expect(out).toMatch(/^mapped +30 +0\.\d\d +Disconnected from authenticated user .*Disconnected from user/m);
  });

  it('with a threshold of 1 maps nothing, and the judgement is as without', async () => {
    const run = await caracal(['detect', other, '--model-dir', model, '--map-templates', '1', '--json']);
    expect(run.ofType('event')).toEqual(plain.ofType('event'));
    expect(run.ofType('template').some(({ state }) => state === 'mapped')).toBe(false);
  });

  it.each(['0', '1.1', 'much', ''])('refuses a threshold of %j', async (threshold) => {
    expectRefused(
      await caracal(['detect', other, '--model-dir', model, `--map-templates=${threshold}`]),
      '--map-templates',
    );
  });

  it('has nothing to compare in a sequence CSV', async () => {
    const csv = write('keys.csv', 'id,keys\na,1 2 3\n');
    const run = await caracal(['detect', csv, '--model-dir', model, '--map-templates', '0.7']);
    expectRefused(run, '--map-templates', 'Leave it out');
  });
});

needs('data')('a model of one real sshd judges another', () => {
  it('finds the messages of both in one another', async () => {
    const model = path('auth');
    const trained = ['train', join(dataFolder, 'auth/elastic_auth.log.gz'), '--out', model, '--model', 'unseen-key'];
    expect(await caracal(trained)).toMatchObject({ code: 0 });
    const log = join(dataFolder, 'parsing/OpenSSH/OpenSSH_2k.log');
    const run = await caracal(['detect', log, '--model-dir', model, '--map-templates', '0.7', '--json']);
    const { known, mapped, new: fresh } = run.summary().templateEvents;
    expect(known + mapped + fresh).toBe(2000);
    // What the other log has nothing like: failed reverse look-ups, disconnects with a reason of their own.
    expect(fresh).toBeLessThan(200);
    const pairs = run.ofType('template').filter(({ state }) => state === 'mapped');
    expect(pairs.length).toBeGreaterThan(0);
    for (const { text, learned } of pairs) expect(firstWord(text)).toBe(firstWord(learned));
  });
});

// --- internal ---

function firstWord(text: string): string {
  return text.split(' ')[0] ?? '';
}
