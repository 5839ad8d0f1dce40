import type { LiveMessage, RunningService } from '../service/index.ts';
import type { Io } from './io.ts';
import { clock, count, neutral, plural } from './text.ts';

/** Tells what happens as it happens: each phase, window, and critical alert. Gives what ends that. */
export function tellLive(service: RunningService, io: Io, json: boolean): () => void {
  const say = json
    ? (message: LiveMessage): void => {
        if (message.type !== 'counters') io.out(`${JSON.stringify(message)}\n`);
      }
    : (message: LiveMessage): void => {
        const text = textOf(message);
        if (text !== null) io.out(`${text}\n`);
      };
  return service.subscribe(say);
}

// --- internal ---

function textOf(message: LiveMessage): string | null {
  if (message.type === 'status') {
    const { phase, model, error, totals } = message.status;
    if (phase === 'live') return `live: ${model?.kind ?? 'a model'} judges; ${plural(totals.lines, 'line')} so far`;
    if (phase === 'failed') return `failed: ${neutral(error ?? 'for no known reason')}`;
    return phase === 'stopped' ? `stopped after ${plural(totals.lines, 'line')}` : null;
  }
  if (message.type === 'window') {
    const { window, change } = message;
    if (change === 'extend') return null;
    const score = window.score.toFixed(1);
    const what = change === 'open' ? 'window opens' : `window closes (${minutes(window.end - window.start)})`;
    return `${clock(window.start)}  ${what}, score ${score}: ${neutral(short(window.reason))}`;
  }
  if (message.type === 'alert' && message.change === 'added' && message.alert.suppression === null) {
    const { alert } = message;
    // A window tells of itself.
    if (alert.detector === 'window') return null;
    if (alert.priority.rank !== 'CRITICAL') return null;
    return `${clock(alert.time)}  ${alert.priority.rank} ${neutral(alert.entity?.value ?? '')}: ${neutral(short(alert.reason))}`;
  }
  return null;
}

function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

function minutes(length: number): string {
  return length < 90_000 ? `${count(Math.round(length / 1000))} s` : `${count(Math.round(length / 60_000))} min`;
}
