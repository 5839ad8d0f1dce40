import { type AlertGrouper, type AlertKnowledge, mainEntity, windowAlert } from '../alert/index.ts';
import type { Severity } from '../types.ts';
import type { Finding } from './findings.ts';
import type { LiveRow } from './judge-live.ts';
import type { LiveModel } from './live-model.ts';
import type { LiveWindows, WindowChange } from './live-windows.ts';
import type { Mentions } from './mentions.ts';
import type { Round } from './round.ts';

export interface FlaggingOptions {
  readonly grouper: AlertGrouper;
  readonly mentions: Mentions;
  readonly knowledge: AlertKnowledge;
  /** Lowest severity of events that make alerts. */
  readonly leastSeverity: () => Severity;
  /** Events that were stored of alerts before. */
  readonly from: readonly (readonly [string, number])[];
}

/** Turns what was found in events into alerts, flagged events and windows of a round. */
export interface Flagging {
  flag(
    live: LiveModel,
    windows: LiveWindows,
    row: LiveRow,
    score: { readonly nll: number; readonly rank: number },
    findings: readonly Finding[],
    round: Round,
  ): void;
  /** A window has changed; where it has closed it is an alert too. */
  addWindow(live: LiveModel, change: WindowChange, round: Round): void;
  /** Events that were stored of alerts so far. */
  stored(): readonly (readonly [string, number])[];
}

/** Events that are stored of an alert, and alerts whose events are counted for that. */
const STORED_EVENTS = 100;
const MOST_COUNTED = 10_000;

export function createFlagging({ grouper, mentions, knowledge, leastSeverity, from }: FlaggingOptions): Flagging {
  const counted = new Map<string, number>(from);
  /** A flood of one alert need not be stored event by event. */
  const mayStore = (alert: string): boolean => {
    const count = (counted.get(alert) ?? 0) + 1;
    counted.delete(alert);
    counted.set(alert, count);
    if (counted.size > MOST_COUNTED) counted.delete(counted.keys().next().value ?? '');
    return count <= STORED_EVENTS;
  };

  const addWindow: Flagging['addWindow'] = (live, change, round) => {
    const { window } = change;
    const opened = change.kind === 'extend' && round.windows.get(window.id)?.kind === 'open';
    round.windows.set(window.id, opened ? { ...change, kind: 'open' } : change);
    if (change.kind !== 'close') return;
    const entityShare = mentions.share(mainEntity(window.entities));
    round.alerts.push(
      windowAlert(
        {
          ...{ window, modelHash: live.hash, events: change.flags, surprise: window.score, severity: change.severity },
          ...{ calibrated: live.judgement.calibration.calibrated, closed: window.end, entityShare },
          ...{ source: change.source, lines: window.lines },
        },
        knowledge,
      ),
    );
  };

  const flag: Flagging['flag'] = (live, windows, { slice, row, session, time }, score, findings, round) => {
    const { source, generation } = slice;
    const place = { ...source, generation };
    const entities = slice.entities(row);
    const line = slice.line(row);
    const host = slice.host(row);
    const severity = findings.map((finding) => finding.severity).reduce(worse);
    for (const change of windows.push({ time, host, severity, entities, source: place, line }, findings)) {
      addWindow(live, change, round);
    }
    for (const channel of ['sequence', 'quantity'] as const) {
      const own = findings.filter((finding) => finding.channel === channel).sort((a, b) => b.surprise - a.surprise);
      const [first] = own;
      if (!first || worse(first.severity, leastSeverity()) !== first.severity) continue;
      const detector = channel === 'sequence' ? live.kind : channel;
      const template = slice.template(row);
      const alert = grouper.add({
        ...{ modelHash: live.hash, detector, source: place, offset: line.offset, line, time, host, entities, template },
        ...{ received: slice.receivedOf(row), entityShare: mentions.share(mainEntity(entities)) },
        ...{ surprise: first.surprise, severity: first.severity },
        calibrated: live.judgement.calibration.calibrated,
        reason: own.map(({ text }) => text).join('; '),
        repeat: Math.max(slice.events.repeat[row]!, first.events),
      });
      if (windows.open !== null) grouper.place(alert, { id: windows.open, channels: windows.channels });
      if (!mayStore(alert)) continue;
      round.flagged.push({
        ...{ source: source.id, generation, sequence: line.offset, detector, channel, time },
        ...{ record: null, place: slice.placeOf(row), host: host || null, session: session.name },
        ...{ template: template.id, score: first.surprise, severity: first.severity, alert, window: windows.open },
        ...(channel === 'sequence' ? { nll: score.nll, rank: score.rank } : { nll: null, rank: null }),
        detail: { reason: first.text, ...(first.detail as object) },
      });
    }
  };

  return { flag, addWindow, stored: () => [...counted] };
}

// --- internal ---

const SEVERITIES: readonly Severity[] = ['NONE', 'LOW', 'MED', 'HIGH'];

function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
