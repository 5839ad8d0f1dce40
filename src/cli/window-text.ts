import type { RawLines } from '../pipeline/index.ts';
import type { HuntWindow } from '../types.ts';
import { entityText } from './results.ts';
import { clock, count, cut, duration, neutral } from './text.ts';

/** A window for a person: when, how strong, why, about whom, and raw lines. */
export function windowText(window: HuntWindow, rank: number, raw: RawLines, width: number): string {
  const lines = raw.get(window.id) ?? [];
  const indent = '     ';
  const where = lines.map(({ source, first, last }) => `${shortPath(source)} lines ${count(first)} to ${count(last)}`);
  const about = window.entities.filter(({ kind }) => kind !== 'process').slice(0, ENTITIES_SHOWN);
  const examples = lines.flatMap((range) => range.examples).slice(0, EXAMPLES_SHOWN);
  return [
    `${String(rank).padStart(3)}. ${clock(window.start)} to ${clock(window.end)}  (${duration(window.end - window.start)})  score ${window.score.toFixed(2)}`,
    ...perChannel(window)
      .flatMap((reason) => wrap(neutral(reason), width - indent.length, REASON_LINES))
      .map((text) => indent + text),
    ...(window.notEvaluable
      ? [cut(`${indent}not evaluable: ${neutral(window.notEvaluable.join(', '))} was silent`, width)]
      : []),
    ...(about.length > 0
      ? [cut(`${indent}about ${about.map((entity) => neutral(entityText(entity))).join(', ')}`, width)]
      : []),
    cut(`${indent}${where.join(', ')}`, width),
    ...examples.map(({ line, text }) => cut(`${indent}  ${line}: ${neutral(text)}`, width)),
    '',
    '',
  ].join('\n');
}

// --- internal ---

const EXAMPLES_SHOWN = 3;
const ENTITIES_SHOWN = 5;
const REASON_LINES = 2;

/** The reason of each channel by itself. */
function perChannel({ reason, channels }: HuntWindow): string[] {
  return reason.split(new RegExp(`; (?=(?:${channels.join('|')}): )`));
}

/** A path that fits a table: its last two parts. */
function shortPath(path: string): string {
  const parts = path.split('/');
  return neutral(parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : path);
}

/** Text in lines of at most `width` characters and at most `most` lines, the last one cut. */
function wrap(text: string, width: number, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width || lines.length === most)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => cut(line, width));
}
