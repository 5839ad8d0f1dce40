import { readManifest, readModel, type StoredModel } from '../../files/index.ts';
import { weightTable } from '../../models/index.ts';
import { EXIT } from '../exit.ts';
import { roundedJson } from '../rounded-json.ts';
import { count, neutral, percent, table } from '../text.ts';
import { jsonLine, type ModelVerb } from './verb.ts';

/** `caracal models show`: how a model was trained, how it decides, and its layers. */
export const show: ModelVerb = async ({ io, store, name, json }) => {
  const directory = await store.locate(name ?? 'current');
  const { library, integrity, files } = await readManifest(directory);
  const stored = await readModel(directory);
  const { description } = stored.model;
  const layers = weightTable(stored.model);
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  if (json) {
    const { vocabulary, history, kind, ...rest } = description;
    jsonLine(io, {
      type: 'model',
      directory,
      model: kind,
      ...rest,
      keys: vocabulary.length,
      vocabulary,
      epochs: history.length,
      ...(stored.session === undefined ? {} : { session: stored.session }),
      judgement: roundedJson(stored.judgement),
      ...(stored.test ? { test: roundedJson(stored.test) } : {}),
      library,
      integrity,
      files: Object.keys(files),
      layers,
    });
    jsonLine(io, { type: 'summary', directory, model: kind, parameters });
    return EXIT.done;
  }
  io.out(facts(stored, { directory, library, integrity }));
  if (layers.length === 0) io.out(`\nparameters      none: ${description.kind} is no network\n`);
  else {
    const sum = { name: 'sum', shape: [], parameters };
    io.out(
      `\n${table(
        [...layers, sum],
        [
          { title: 'layer', cell: (row) => row.name },
          { title: 'shape', cell: (row) => (row === sum ? '' : row.shape.join(' x ')) },
          { title: 'parameters', cell: (row) => count(row.parameters), align: 'right' },
        ],
        io.width,
      )}`,
    );
  }
  return EXIT.done;
};

// --- internal ---

function facts(
  { model, judgement, session, test, parser }: StoredModel,
  { directory, library, integrity }: { directory: string; library: string; integrity: string },
): string {
  const { kind, hyperParameters, vocabulary, seed, history, trainingEvents, trainingDataHash } = model.description;
  const last = history.at(-1);
  const best = history[Number(hyperParameters.bestEpoch) - 1];
  const rows: [name: string, value: string][] = [
    ['model', kind],
    ['directory', directory],
    [
      'learned from',
      `${count(trainingEvents)} events of ${count(vocabulary.length)} keys, data ${trainingDataHash.slice(0, 16)}`,
    ],
    ['input', parser ? `raw logs${session === undefined ? '' : `, sessions by ${session}`}` : 'sequence CSV'],
    [
      'settings',
      Object.entries({ seed, ...hyperParameters })
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
    ['training', last ? `${count(last.epoch)} of ${count(last.epochs)} epochs` : 'in one pass'],
    ...(best && !Number.isNaN(best.validationLoss)
      ? [['validation', accuracies(best.validationLoss, best.validationTop1, best.validationTop5)] as [string, string]]
      : []),
    ...(test ? [['test', accuracies(test.loss, test.top1, test.top5)] as [string, string]] : []),
    [
      'thresholds',
      `session ${figure(judgement.threshold)}, event ${figure(judgement.eventThreshold)}, top k ${judgement.topK}`,
    ],
    [
      'calibration',
      `${count(judgement.calibration.events)} held-out events${judgement.calibration.calibrated ? '' : ', too few'}`,
    ],
    ['version', `${library}, manifest ${integrity.slice(0, 16)}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)}${neutral(value)}\n`).join('');
}

function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : 'none';
}

function accuracies(loss: number, top1: number, top5: number): string {
  const share = (value: number): string => (Number.isNaN(value) ? 'not measured' : percent(value));
  return `loss ${loss.toFixed(4)}, top 1 ${share(top1)}, top 5 ${share(top5)}`;
}
