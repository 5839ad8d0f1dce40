import { CaracalError } from '../errors.ts';
import { fitTailSurprise, meanSurprise, type TailSurprise } from '../score/tail-surprise.ts';
import { foldSequences } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { countVector } from './count-vector.ts';
import { crossFit } from './cross-fit.ts';
import { deeplog } from './deeplog.ts';
import type { CrossFitted, Detector, DetectorModel, EncodedModel, ModelDescription } from './detector.ts';
import { unseenKey } from './floors.ts';
import { decodeJsonFile, encodeJsonFile } from './json-file.ts';
import { sessionLength } from './length.ts';
import { logmamba } from './logmamba.ts';
import { corruptModel } from './network-files.ts';
import { parameterValues } from './values.ts';

/** Options of the ensemble; others go to its sequence model. */
export interface EnsembleOptions {
  /** The model of order: DeepLog unless told, which is as good for the whole and takes less time. */
  readonly order: 'logmamba' | 'deeplog';
}

/** Surprise, in nats, at which one view by itself flags 0.5 % of normal sessions: the rule for all detectors. */
const FLAGGED = -Math.log(0.005);

/**
 * Two views of a session that must agree. *Order*: the sequence model's score. *Content*:
 * the distance of its counts of keys, its length, its new keys and, where events carry
 * them, its values, whichever is most surprising. Each is calibrated on held-out sessions:
 * its tail probability p is the share of normal sessions that are at least as surprising. A
 * session is anomalous where the mean of the two p is at most the rate that is fixed for
 * every detector (0.5 % of normal sessions), so that a view which is very sure needs less
 * of the other, or where one is as sure as two that agree by chance (0.005 squared). The
 * score says by how many nats it passes this gate.
 *
 * What one view alone finds odd is odd now and then by chance; what two find odd hardly
 * ever is: the gate of the hunt, where a burst is confirmed by another channel or by its
 * own surprise. Nothing is chosen on labels. Without validation sequences the training
 * sequences calibrate, and the description says so.
 */
export const ensemble: Detector<EnsembleOptions> = {
  name: 'ensemble',
  supervised: false,
  causal: false,
  values: true,

  async fit(train, validation, { order = 'deeplog', ...options }) {
    const sequenceModel = orderDetector(order);
    const heldOut = validation.count > 0 ? validation : train;
    const members: Members = {
      order: await sequenceModel.fit(keysAlone(train), keysAlone(validation), options),
      counts: await countVector.fit(train, validation, options),
      keys: await unseenKey.fit(train, validation, options),
      length: await sessionLength.fit(train, validation, options),
      values: await parameterValues.fit(train, validation, options),
    };
    const scores = await scoreAll(members, heldOut);
    const calibration = heldOut === validation ? 'validation sequences' : 'training sequences: there were no others';
    return openModel(
      describe(members, order, calibration),
      members,
      mapMembers(scores, ({ sequence }) => sequence),
    );
  },

  async crossFit(set, splits, { order = 'deeplog', ...options }) {
    const fitted: PerMember<CrossFitted> = {
      order: await crossFit(
        orderDetector(order),
        keysAlone(set),
        splits.map((split) => ({ train: keysAlone(split.train), validation: keysAlone(split.validation) })),
        options,
      ),
      counts: await crossFit(countVector, set, splits, options),
      keys: await crossFit(unseenKey, set, splits, options),
      length: await crossFit(sessionLength, set, splits, options),
      values: await crossFit(parameterValues, set, splits, options),
    };
    const members = mapMembers(fitted, ({ model }) => model);
    const scores = mapMembers(fitted, ({ held }) => held.sequence);
    const fine = foldSequences(set, Math.min(FINE, set.count), options.seed);
    const finely = async (detector: Detector): Promise<Float32Array> => {
      const { model, held } = await crossFit(detector, set, fine, options);
      await model.dispose();
      return held.sequence;
    };
    const heldOut: PerMember<Float32Array> = {
      ...scores,
      counts: await finely(countVector),
      keys: await finely(unseenKey),
      length: await finely(sessionLength),
    };
    const description = describe(
      members,
      order,
      `held-out sequences of ${splits.length} folds, counts of ${fine.length}`,
    );
    return {
      model: openModel(description, members, heldOut),
      held: { ...fitted.order.held, sequence: gate(mapMembers(heldOut, fitTailSurprise), scores) },
    };
  },

  async decode({ description, files }) {
    if (description.kind !== 'ensemble') throw corruptModel(`it is of the kind ${description.kind}, not ensemble`);
    const { order } = description.hyperParameters;
    if (order !== 'logmamba' && order !== 'deeplog') throw corruptModel(`its order is ${order}`);
    const { members: parts, heldOut } = readMembers(files);
    const open = (name: Name, detector: Detector): Promise<DetectorModel> =>
      detector.decode({ description: parts[name], files: filesOf(files, name) });
    const members: Members = {
      order: await open('order', orderDetector(order)),
      counts: await open('counts', countVector),
      keys: await open('keys', unseenKey),
      length: await open('length', sessionLength),
      values: await open('values', parameterValues),
    };
    return openModel(description, members, heldOut);
  },
};

// --- internal ---

const NAMES = ['order', 'counts', 'keys', 'length', 'values'] as const;
type Name = (typeof NAMES)[number];
type PerMember<T> = Readonly<Record<Name, T>>;
type Members = PerMember<DetectorModel>;

/**
 * Parts that counts, keys and lengths are held out in to learn how surprising they are.
 * They take no time to learn, and they are whole numbers: what a half of the sequences has
 * not shown is far more common than what all have not shown, and the step from 0 to 1 must
 * not be taken for more usual than it is.
 */
const FINE = 20;

const MEMBERS_FILE = 'members.json';

function orderDetector(name: EnsembleOptions['order']): Detector {
  return name === 'deeplog' ? deeplog : logmamba;
}

function openModel(
  description: ModelDescription,
  members: Members,
  heldOut: PerMember<ArrayLike<number>>,
): DetectorModel {
  const surprise = mapMembers(heldOut, fitTailSurprise);
  const { order } = members;
  return {
    detector: 'ensemble',
    description,

    async score(set): Promise<SequenceScores> {
      const scores = await scoreAll(members, set);
      const sequence = gate(
        surprise,
        mapMembers(scores, ({ sequence }) => sequence),
      );
      return { ...scores.order, sequence };
    },

    ...(order.expected ? { expected: order.expected } : {}),

    async encode(): Promise<EncodedModel> {
      const files = new Map<string, Uint8Array>();
      const descriptions: Partial<Record<Name, ModelDescription>> = {};
      for (const name of NAMES) {
        const encoded = await members[name].encode();
        descriptions[name] = encoded.description;
        for (const [file, bytes] of encoded.files) files.set(`${name}.${file}`, bytes);
      }
      const held = mapMembers(heldOut, (scores) => Array.from(scores));
      files.set(MEMBERS_FILE, encodeJsonFile({ members: descriptions, heldOut: held }));
      return { description, files };
    },

    async dispose() {
      await Promise.all(NAMES.map((name) => members[name].dispose()));
    },
  };
}

/** By how many nats each sequence passes the gate. */
function gate(surprise: PerMember<TailSurprise>, scores: PerMember<Float32Array>): Float32Array {
  const of = (name: Name, s: number): number => surprise[name].of(scores[name][s]!);
  return Float32Array.from(scores.order, (_, s) => {
    const byOrder = of('order', s);
    const byContent = Math.max(of('counts', s), of('keys', s), of('length', s), of('values', s));
    const agreed = meanSurprise(byOrder, byContent) - FLAGGED;
    const alone = Math.max(byOrder, byContent) - 2 * FLAGGED;
    return Math.max(0, agreed, alone);
  });
}

function describe(members: Members, order: EnsembleOptions['order'], calibration: string): ModelDescription {
  const { description } = members.order;
  return {
    ...description,
    kind: 'ensemble',
    hyperParameters: { ...description.hyperParameters, order, calibration },
  };
}

/** The model of order has no use for values, which a view of their own judges. */
function keysAlone({ values: _, ...set }: SequenceSet): SequenceSet {
  return set;
}

async function scoreAll(members: Members, set: SequenceSet): Promise<PerMember<SequenceScores>> {
  return {
    order: await members.order.score(set),
    counts: await members.counts.score(set),
    keys: await members.keys.score(set),
    length: await members.length.score(set),
    values: await members.values.score(set),
  };
}

function mapMembers<A, B>(values: PerMember<A>, map: (value: A) => B): PerMember<B> {
  return {
    order: map(values.order),
    counts: map(values.counts),
    keys: map(values.keys),
    length: map(values.length),
    values: map(values.values),
  };
}

function filesOf(files: ReadonlyMap<string, Uint8Array>, name: Name): Map<string, Uint8Array> {
  const own = [...files].filter(([file]) => file.startsWith(`${name}.`));
  return new Map(own.map(([file, bytes]) => [file.slice(name.length + 1), bytes]));
}

function readMembers(files: ReadonlyMap<string, Uint8Array>): {
  members: PerMember<ModelDescription>;
  heldOut: PerMember<number[]>;
} {
  const read = decodeJsonFile(MEMBERS_FILE, files.get(MEMBERS_FILE));
  const parts = read as { members: PerMember<ModelDescription>; heldOut: PerMember<number[]> };
  const sound = NAMES.every((name) => parts.members?.[name]?.kind && Array.isArray(parts.heldOut?.[name]));
  if (!sound) throw new CaracalError('E_MODEL_CORRUPT', `${MEMBERS_FILE} does not name all members. Train it again.`);
  return parts;
}
