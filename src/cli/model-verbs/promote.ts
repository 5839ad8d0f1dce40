import { CaracalError } from '../../errors.ts';
import { type Promotion, verifyModel } from '../../files/index.ts';
import { EXIT } from '../exit.ts';
import { neutral } from '../text.ts';
import { jsonLine, type ModelVerb, type ModelVerbCall } from './verb.ts';

/** `caracal models promote NAME`: makes a sound model the current one. */
export const promote: ModelVerb = async (call) => {
  const { store, name, by, io } = call;
  if (name === undefined) {
    throw new CaracalError('E_USAGE', 'which model? Name one, as in caracal models promote NAME.');
  }
  const directory = await store.locate(name);
  const failed = (await verifyModel(directory)).find(({ ok }) => !ok);
  if (failed) {
    throw new CaracalError('E_MODEL_CORRUPT', `${name} is not promoted: ${failed.detail}`, { file: directory });
  }
  const before = await store.current();
  return report(call, before, await store.promote(name, { by, time: io.now() }));
};

/** `caracal models rollback`: makes the model current that was so before. */
export const rollback: ModelVerb = async (call) => {
  const { store, by, io, name } = call;
  if (name !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      `rollback goes to the model before and takes no name. Leave it out, or use caracal models promote ${name}.`,
    );
  }
  const before = await store.current();
  return report(call, before, await store.rollback({ by, time: io.now() }));
};

// --- internal ---

function report({ io, store, json }: ModelVerbCall, before: Promotion | null, now: Promotion): number {
  const { action, model, by, time } = now;
  const changed = before?.model !== model || before.integrity !== now.integrity;
  if (json) {
    jsonLine(io, {
      type: 'summary',
      store: store.directory,
      action,
      model,
      changed,
      before: before?.model ?? null,
      by,
      time,
    });
  } else {
    const was = before ? `, before: ${neutral(before.model)}` : '';
    io.out(changed ? `${neutral(model)} is current now${was}.\n` : `${neutral(model)} is current already.\n`);
  }
  return EXIT.done;
}
