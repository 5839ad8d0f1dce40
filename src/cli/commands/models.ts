import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { openModelStore } from '../../files/index.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { exportModel } from '../model-verbs/export.ts';
import { list } from '../model-verbs/list.ts';
import { promote, rollback } from '../model-verbs/promote.ts';
import { show } from '../model-verbs/show.ts';
import type { ModelVerb } from '../model-verbs/verb.ts';
import { verify } from '../model-verbs/verify.ts';
import { nearest } from '../nearest.ts';
import { userName } from '../user-name.ts';

/** What can be done with a store of models, in the order of the help. */
const verbs: Readonly<Record<string, ModelVerb>> = { list, show, promote, rollback, export: exportModel, verify };

/** `caracal models`: a store of model directories, of which one is in use. */
export const models = defineCommand({
  args: {
    verb: { type: 'positional', required: false, description: `${Object.keys(verbs).join(', ')}` },
    name: {
      type: 'positional',
      required: false,
      description: 'a model of the store; show, export and verify also take current',
    },
    store: { type: 'string', default: 'models', valueHint: 'dir', description: 'folder of model directories' },
    out: { type: 'string', valueHint: 'dir', description: 'export: folder to write the graphs to' },
    by: { type: 'string', valueHint: 'name', description: 'promote, rollback: who decides (default: the user)' },
    json: flags.json,
  },
  async run({ args, data }) {
    const [verb = '', name, ...more] = args._;
    const run = verbs[verb];
    if (!run) {
      const near = nearest(verb, Object.keys(verbs));
      const what = verb === '' ? 'what is to be done?' : `there is no 'models ${verb}'.`;
      throw new CaracalError(
        'E_USAGE',
        `${what}${near ? ` Did you mean ${near}?` : ''} Use ${Object.keys(verbs).join(', ')}.`,
      );
    }
    if (more.length > 0)
      throw new CaracalError('E_USAGE', `models ${verb} takes one name, not also ${more.join(', ')}.`);
    const store = await openModelStore(args.store);
    return run({ io: data as Io, store, name, out: args.out, by: args.by ?? userName(), json: args.json === true });
  },
});
