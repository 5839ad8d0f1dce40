import { rulesOf } from '../../alert/index.ts';
import { CaracalError } from '../../errors.ts';
import type { Receipt, Store, StoredAlert, SuppressionMatch, Verdict, VerdictTarget } from '../../store/index.ts';
import { EXIT } from '../exit.ts';
import { neutral, plural, table } from '../text.ts';
import { type FeedbackVerb, type FeedbackVerbCall, jsonLine, needed, targetOf } from './verb.ts';

/** `caracal feedback give ID...`: a verdict on alerts and windows; a false positive shows what it stands for first. */
export const give: FeedbackVerb = async (call) => {
  const { io, names, by, expires, json } = call;
  const verdict = verdictOf(needed('verdict', call.verdict, VERDICTS[1]));
  const reason = needed('reason', call.reason, "'scanner of our own'");
  if (names.length === 0) {
    throw new CaracalError('E_USAGE', 'a verdict on what? Name alerts or windows: caracal feedback give ID ...');
  }
  if (expires !== undefined && expires <= io.now()) {
    throw new CaracalError('E_USAGE', '--expires is over already. Give a time that is to come.');
  }
  const store = await call.open();
  const targets = await targetsOf(store, names);
  const receipts = verdict === 'false-positive' ? await receiptsOf(store, targets) : [];
  for (const receipt of receipts) show(call, receipt);
  const confirmed = receipts.reduce((sum, receipt) => sum + receipt.receipt.confirmed, 0);
  const save = verdict !== 'false-positive' || call.yes;
  if (save) {
    await store.transaction(async (to) => {
      for (const target of targets) {
        const { id } = await to.verdicts.give({ target, verdict, author: by, reason, expires: expires ?? null });
        const detail = { verdict: id, as: verdict, reason, expires: expires ?? null };
        await to.audit.append({ actor: by, action: 'verdict.give', target: `${target.kind}:${target.id}`, detail });
      }
    });
  }
  if (json) {
    const silenced = receipts.reduce((sum, receipt) => sum + receipt.receipt.silenced, 0);
    jsonLine(io, { type: 'summary', verdict, targets: targets.length, silenced, confirmed, saved: save, by });
  } else if (save) io.out(`${plural(targets.length, 'verdict')} saved: ${verdict}.\n`);
  else io.out('Nothing was saved. With --yes it is.\n');
  return EXIT.done;
};

// --- internal ---

const VERDICTS = ['true-positive', 'false-positive', 'benign-expected', 'not-evaluable'] as const;

interface ShownReceipt {
  readonly match: SuppressionMatch;
  readonly receipt: Receipt;
}

function verdictOf(text: string): Verdict {
  const verdict = VERDICTS.find((known) => known === text);
  if (verdict) return verdict;
  throw new CaracalError('E_USAGE', `--verdict ${text}: use ${VERDICTS.join(', ')}.`);
}

async function targetsOf(store: Store, ids: readonly string[]): Promise<VerdictTarget[]> {
  const targets: VerdictTarget[] = [];
  for (const id of new Set(ids)) targets.push(await targetOf(store, id));
  return targets;
}

/** What is like the alerts, by each rule that they stand for. */
async function receiptsOf(store: Store, targets: readonly VerdictTarget[]): Promise<ShownReceipt[]> {
  const alerts: StoredAlert[] = [];
  for (const { kind, id } of targets) {
    const alert = kind === 'alert' ? await store.alerts.get(id) : null;
    if (alert) alerts.push(alert);
  }
  const receipts: ShownReceipt[] = [];
  for (const match of rulesOf(alerts)) receipts.push({ match, receipt: await store.suppressions.receipt(match) });
  return receipts;
}

function show({ io, json }: FeedbackVerbCall, { match, receipt }: ShownReceipt): void {
  const { silenced, confirmed, confirmedAlerts } = receipt;
  if (json) {
    const ids = confirmedAlerts.map(({ id }) => id);
    jsonLine(io, { type: 'receipt', match, silenced, confirmed, confirmedAlerts: ids });
    return;
  }
  io.out(`${plural(silenced, 'alert')} like this so far, ${confirmed} confirmed: ${neutral(described(match))}\n`);
  if (confirmed === 0) return;
  const columns = [
    { title: 'confirmed', cell: ({ id }: StoredAlert) => id },
    { title: 'reason', cell: ({ reason }: StoredAlert) => reason },
  ];
  io.out(`\n${table(confirmedAlerts, columns, io.width)}\n`);
}

function described({ detector, template, entity, source, severity }: SuppressionMatch): string {
  return [
    `detector ${detector?.join(', ')}`,
    ...(template ? [`template ${template.join(', ')}`] : []),
    ...(entity ? [`${entity.kind} ${entity.value}`] : []),
    ...(source ? [`source ${source.join(', ')}`] : []),
    ...(severity ? [`severity ${severity.join(', ')}`] : []),
  ].join(', ');
}
