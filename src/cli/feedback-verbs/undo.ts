import { CaracalError } from '../../errors.ts';
import { EXIT } from '../exit.ts';
import { neutral } from '../text.ts';
import { type FeedbackVerb, jsonLine, needed } from './verb.ts';

/** `caracal feedback undo NUMBER`: takes a verdict back; the one before it holds again. */
export const undo: FeedbackVerb = async ({ io, open, names, by, json, ...call }) => {
  const [text = '', ...more] = names;
  const reason = needed('reason', call.reason, "'it was another host'");
  if (!/^\d{1,15}$/.test(text) || more.length > 0) {
    throw new CaracalError('E_USAGE', 'undo takes the number of one verdict. See caracal feedback history ID.');
  }
  const store = await open();
  const undone = await store.transaction(async (to) => {
    const verdict = await to.verdicts.undo(Number(text), { author: by, reason });
    const { kind, id } = verdict.target;
    const detail = { verdict: verdict.id, reason };
    await to.audit.append({ actor: by, action: 'verdict.undo', target: `${kind}:${id}`, detail });
    return verdict;
  });
  const { target } = undone;
  if (json) jsonLine(io, { type: 'summary', undone: undone.id, target, by });
  else io.out(`Verdict ${undone.id} on ${target.kind} ${neutral(target.id)} is undone.\n`);
  return EXIT.done;
};
