import type { HuntNotes, HuntResult } from '../pipeline/index.ts';
import type { HuntSummary } from './hunt-summary.ts';
import { clock, duration } from './text.ts';
import type { InputWarning } from './warnings.ts';

/** What an analyst has to know before trusting the windows, with what the reader had to say. */
export function huntWarnings(
  { table: { logs }, streams }: HuntResult,
  notes: HuntNotes,
  { attackEventsLearned }: HuntSummary,
): InputWarning[] {
  const file = logs.sources.length === 1 ? (logs.sources[0]?.name ?? '') : `${logs.sources.length} sources`;
  const warn = (code: string, count: number, note: string): InputWarning => ({ code, file, count, firstLine: 0, note });
  const channels = new Set(streams.map(({ channel }) => channel));
  return [
    ...logs.report.warnings,
    ...(notes.untimed > 0
      ? [
          warn(
            'no-time',
            notes.untimed,
            'events without a time that was understood: no window can hold them. Name the column with --time',
          ),
        ]
      : []),
    ...(attackEventsLearned > 0
      ? [
          warn(
            'attack-learned',
            attackEventsLearned,
            'events of the part that was learned have a label of an attack; what they look like may pass for normal',
          ),
        ]
      : []),
    ...(channels.size === 1
      ? [
          warn(
            'one-channel',
            1,
            'nothing can confirm it: windows rest on its own evidence alone. Name a column with --channel',
          ),
        ]
      : []),
    ...notes.apart.map(([first, second]) =>
      warn('channels-apart', 1, `${first} and ${second} have no time in common: neither can confirm the other`),
    ),
    ...notes.silences.map(({ channel, start, end }) =>
      warn(
        'silent-channel',
        1,
        `${channel} says nothing from ${clock(start)} to ${clock(end)} (${duration(end - start)}): not evaluable there`,
      ),
    ),
    ...notes.clockOffsets.map(({ first, second, offset, correlation, without }) =>
      warn(
        'clock-offset',
        1,
        `the clock of ${second} seems ${duration(Math.abs(offset))} ${offset < 0 ? 'ahead of' : 'behind'} that of ${first} (activity agrees ${correlation.toFixed(2)} when shifted, ${without.toFixed(2)} as it is). Correct its times before hunting across both`,
      ),
    ),
  ];
}
