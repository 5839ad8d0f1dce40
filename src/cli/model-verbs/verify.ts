import { type ModelCheck, verifyModel } from '../../files/index.ts';
import { EXIT } from '../exit.ts';
import { neutral, plural } from '../text.ts';
import { jsonLine, type ModelVerb } from './verb.ts';

/** `caracal models verify [NAME]`: whether one model, or each of the store, is sound. */
export const verify: ModelVerb = async ({ io, store, name, json }) => {
  const names = name === undefined ? (await store.list()).map((entry) => entry.name) : [name];
  let failed = 0;
  for (const model of names) {
    const checks = await verifyModel(await store.locate(model));
    const ok = checks.every((check) => check.ok);
    if (!ok) failed++;
    if (json) jsonLine(io, { type: 'model', name: model, ok, checks });
    else io.out(`${neutral(model)}: ${ok ? 'sound' : 'NOT SOUND'}\n${checks.map(checkText).join('')}`);
  }
  if (json) jsonLine(io, { type: 'summary', store: store.directory, models: names.length, failed });
  else io.out(`${plural(names.length, 'model')}, ${failed} not sound.\n`);
  return failed > 0 ? EXIT.usage : EXIT.done;
};

// --- internal ---

function checkText({ check, ok, detail }: ModelCheck): string {
  return `  ${check.padEnd(6)}  ${ok ? 'ok     ' : 'failed '} ${neutral(detail)}\n`;
}
