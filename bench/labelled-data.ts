import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSequences } from '../src/cli/sequences.ts';
import { CaracalError } from '../src/errors.ts';
import { auroc, oracleF1 } from '../src/evaluate/index.ts';
import { sequenceScores } from '../src/score/sequence-score.ts';
import type { SequenceSet } from '../src/types.ts';
import { median } from '../src/util/statistics.ts';

const SETS: Readonly<Record<string, readonly [train: string, test: string]>> = {
  hdfs: ['hdfs/train_normal_sequences.csv.gz', 'hdfs/test_sequences.csv.gz'],
  openstack: ['sequences/openstack_loghub/train.csv.gz', 'sequences/openstack_loghub/test.csv.gz'],
  hadoop: ['sequences/hadoop_loghub/train.csv.gz', 'sequences/hadoop_loghub/test.csv.gz'],
  'adfa-ld': ['sequences/adfa-ld/train.csv.gz', 'sequences/adfa-ld/test.csv.gz'],
};

/** Entry point of `npm run bench -- labelled-data`. */
export async function main({ only }: { readonly only: readonly string[] }): Promise<unknown> {
  const data = resolve(process.env.CARACAL_DATA ?? '../shared/data');
  if (!existsSync(data)) {
    throw new CaracalError('E_FILE_MISSING', `labelled-data needs data, and ${data} does not exist. Set CARACAL_DATA.`);
  }
  const results = [];
  for (const [name, [train, test]] of Object.entries(SETS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const { set: known } = await readSequences(join(data, train), {});
    const { set: judged } = await readSequences(join(data, test), { label: 'label' });
    results.push({ name, ...factsOf(known, judged) });
  }
  return {
    name: 'labelled-data',
    method:
      'what the keys of labelled sequences can tell apart at all. bestF1: of any rule that looks at key sequences alone, ' +
      'as each distinct sequence has but one verdict, with the verdicts chosen on the test labels (an upper bound). AUROC of the ' +
      'length, and of the largest, the mean and the sum of the NLLs of the events under an interpolated 4-gram model of the training (Witten-Bell)',
    results,
  };
}

// --- internal ---

const ORDER = 3;

function factsOf(train: SequenceSet, test: SequenceSet) {
  const labels = test.labels ?? new Uint8Array(test.count);
  const known = textsOf(train);
  const [sequences, counts] = [new Set(known), new Set(known.map(countsOf))];
  const keys = new Set(known.flatMap((text) => text.split(' ')));
  const texts = textsOf(test);
  const part = (label: number) => {
    const own = texts.filter((_, s) => labels[s] === label);
    return {
      sequences: own.length,
      medianLength: median(own.map((text) => text.split(' ').length)),
      equalOneInTraining: own.filter((text) => sequences.has(text)).length,
      sameCountsAsOneInTraining: own.filter((text) => counts.has(countsOf(text))).length,
      withUnseenKey: own.filter((text) => text.split(' ').some((key) => !keys.has(key))).length,
    };
  };
  const anomalousShare = new Map<string, [anomalous: number, all: number]>();
  texts.forEach((text, s) => {
    const [anomalous, all] = anomalousShare.get(text) ?? [0, 0];
    anomalousShare.set(text, [anomalous + (labels[s] ?? 0), all + 1]);
  });
  const ideal = texts.map((text) => {
    const [anomalous, all] = anomalousShare.get(text) ?? [0, 1];
    return anomalous / all;
  });
  const { offsets, nll } = surprises(known, texts);
  const of = (scores: ArrayLike<number>): number => Math.round(auroc(scores, labels) * 1000) / 1000;
  const lengths = Array.from(test.offsets.subarray(1), (end, s) => end - test.offsets[s]!);
  const sums = sequenceScores(offsets, nll, 'sum');
  return {
    training: known.length,
    distinctInTraining: sequences.size,
    normal: part(0),
    anomalous: part(1),
    bestF1: Math.round(oracleF1(ideal, labels) * 1000) / 1000,
    auroc: {
      length: of(lengths),
      largestNll: of(sequenceScores(offsets, nll, 'max')),
      meanNll: of(sums.map((sum, s) => sum / Math.max(1, lengths[s]!))),
      sumOfNll: of(sums),
    },
  };
}

function textsOf(set: SequenceSet): string[] {
  return Array.from({ length: set.count }, (_, s) =>
    Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key]).join(' '),
  );
}

function countsOf(text: string): string {
  return text.split(' ').sort().join(' ');
}

function surprises(train: readonly string[], test: readonly string[]) {
  const followers = new Map<string, Map<string, number>>();
  for (const text of train) {
    eachPosition(text, (histories, key) => {
      for (const history of histories) {
        const counts = followers.get(history) ?? new Map<string, number>();
        counts.set(key, (counts.get(key) ?? 0) + 1);
        followers.set(history, counts);
      }
    });
  }
  const totals = new Map([...followers].map(([history, of]) => [history, [...of.values()].reduce((a, b) => a + b, 0)]));
  const offsets = new Int32Array(test.length + 1);
  const nll: number[] = [];
  test.forEach((text, s) => {
    eachPosition(text, (histories, key) => {
      let p = 1 / ((followers.get('')?.size ?? 0) + 1);
      for (const history of histories) {
        const counts = followers.get(history);
        const total = totals.get(history) ?? 0;
        if (counts) p = ((counts.get(key) ?? 0) + counts.size * p) / (total + counts.size);
      }
      nll.push(-Math.log(p));
    });
    offsets[s + 1] = nll.length;
  });
  return { offsets, nll: Float32Array.from(nll) };
}

/** Each key with its histories, from the empty one to the last three keys. */
function eachPosition(text: string, visit: (histories: readonly string[], key: string) => void): void {
  const keys = [...Array<string>(ORDER).fill('^'), ...text.split(' ')];
  for (let i = ORDER; i < keys.length; i++) {
    const histories = Array.from({ length: ORDER + 1 }, (_, n) => keys.slice(i - n, i).join(' '));
    visit(histories, keys[i]!);
  }
}
