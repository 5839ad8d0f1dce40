import { CaracalError } from '../../errors.ts';
import { readManifest, readModel, writeDirectory } from '../../files/index.ts';
import { sha256Hex } from '../../util/hash.ts';
import { EXIT } from '../exit.ts';
import { neutral } from '../text.ts';
import { jsonLine, type ModelVerb } from './verb.ts';

const DESCRIPTION = 'description.json';

/** `caracal models export NAME --out DIR`: the stand-alone graphs, and what another program must know to use them. */
export const exportModel: ModelVerb = async ({ io, store, name, out, json }) => {
  if (out === undefined)
    throw new CaracalError('E_USAGE', 'where to? Name a folder, as in caracal models export NAME --out DIR.');
  const directory = await store.locate(name ?? 'current');
  const { library, integrity } = await readManifest(directory);
  const { model, judgement } = await readModel(directory);
  const graphs = [...model.files].filter(([file]) => file.endsWith('.onnx'));
  const { kind, vocabulary, hyperParameters, seed, trainingDataHash, trainingEvents } = model.description;
  if (graphs.length === 0) {
    throw new CaracalError(
      'E_MODEL_KIND',
      `${directory}: ${kind} is no network, so it has no graph to export. Export a deeplog, logmamba or ensemble model.`,
      { file: directory },
    );
  }
  const description = {
    model: kind,
    graphs: Object.fromEntries(graphs.map(([file, bytes]) => [file, { sha256: sha256Hex(bytes), ...usage(file) }])),
    vocabulary,
    judgement,
    hyperParameters,
    seed,
    trainingDataHash,
    trainingEvents,
    library,
    manifest: integrity,
  };
  const files = new Map<string, Uint8Array | string>([
    ...graphs,
    [DESCRIPTION, `${JSON.stringify(description, infinityAsText, 2)}\n`],
  ]);
  await writeDirectory(out, files, (names) => names.every((file) => file === DESCRIPTION || file.endsWith('.onnx')));
  if (json) jsonLine(io, { type: 'summary', out, model: kind, files: [...files.keys()] });
  else io.out(`${neutral(out)}: ${[...files.keys()].join(', ')} of a ${kind} model.\n`);
  return EXIT.done;
};

// --- internal ---

/** How another program feeds a graph. */
function usage(file: string): object {
  const keys =
    'int64[B, T]: each session begins with 1 (^); then its keys as their places in the vocabulary, 0 for one that is not in it';
  const mask = 'bool[B, T]: false where a row is padding, at its end';
  const logProbs = 'float32[B, T, V]: log probability that key v follows position t; 2 ($) is the end of the session';
  if (!file.endsWith('step.onnx')) return { inputs: { keys, mask }, outputs: { logProbs } };
  return {
    inputs: { keys, mask, state_in: 'float32[B, S]: zeros at the begin of a session, then the last state_out' },
    outputs: { logProbs, state_out: 'float32[B, S]' },
  };
}

/** JSON has no infinity, which a threshold that flags nothing has. */
function infinityAsText(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
