import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { readModel, type StoredModel } from '../../files/index.ts';
import { writeOutputFile } from '../../files/output-file.ts';
import { exportWorkflow, WORKFLOW_FORMATS } from '../../models/index.ts';
import { decodeParser } from '../../parse/index.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorOfModel } from '../models.ts';
import { neutral } from '../text.ts';
import { workflowText } from '../workflow-text.ts';

/** `caracal workflow`: the workflow that a key model has learned, to read or to draw. */
export const workflowCommand = defineCommand({
  args: {
    'model-dir': { ...flags['model-dir'], required: true },
    as: {
      type: 'string',
      valueHint: 'kind',
      description: `text, ${WORKFLOW_FORMATS.join(', ')} (default: by the name of --out, else text)`,
    },
    out: { type: 'string', valueHint: 'file', description: 'file to write, such as workflow.mmd' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const format = formatOf(args.json ? 'json' : args.as, args.out);
    const stored = await readModel(args['model-dir']);
    const { kind } = stored.model.description;
    const model = await detectorOfModel(kind, args['model-dir']).decode(stored.model);
    try {
      if (!model.workflow) {
        throw new CaracalError(
          'E_MODEL_KIND',
          `${args['model-dir']}: a ${kind} model has no workflow. Train one with --model deeplog.`,
          { file: args['model-dir'] },
        );
      }
      const workflow = await model.workflow();
      if (workflow === null) {
        throw new CaracalError(
          'E_TOO_LITTLE_DATA',
          `${args['model-dir']}: this model predicts no begin of a task, so there is no workflow. Train it on more sessions.`,
          { file: args['model-dir'] },
        );
      }
      const textOf = keyTexts(stored);
      const text = format === 'text' ? workflowText(workflow, textOf) : exportWorkflow(workflow, format, textOf);
      if (args.out === undefined) io.out(text);
      else await writeOutputFile(args.out, text);
    } finally {
      await model.dispose();
    }
  },
});

// --- internal ---

const FORMATS = ['text', ...WORKFLOW_FORMATS] as const;
const SUFFIXES: Readonly<Record<string, (typeof FORMATS)[number]>> = {
  json: 'json',
  mmd: 'mermaid',
  mermaid: 'mermaid',
  dot: 'dot',
  gv: 'dot',
};

function formatOf(told: string | undefined, out: string | undefined): (typeof FORMATS)[number] {
  if (out === '') throw new CaracalError('E_USAGE', '--out is empty: name a file.');
  if (told === undefined) return SUFFIXES[/\.(\w+)$/.exec(out ?? '')?.[1]?.toLowerCase() ?? ''] ?? 'text';
  const format = FORMATS.find((name) => name === told);
  if (format) return format;
  throw new CaracalError('E_USAGE', `--as ${neutral(told)}: there is no such kind. Use ${FORMATS.join(', ')}.`);
}

/** Templates for models of raw logs; keys of a sequence CSV speak for themselves. */
function keyTexts({ parser }: StoredModel): (key: string) => string {
  if (!parser) return (key) => key;
  const templates = decodeParser(parser);
  return (key) => templates.resolve(key)?.text ?? key;
}
