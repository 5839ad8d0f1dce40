/**
 * Text for terminals. Log text is hostile: control characters, terminal escapes among
 * them, are shown as escapes and never sent.
 */

/** `text` with every control character made visible, such as `\x1b`. */
export function neutral(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\t') return ' ';
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/** A table with aligned columns under a ruled head; where it is wider than `width` characters, its longest texts are cut. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const cells = rows.map((row) => columns.map((column) => neutral(column.cell(row))));
  const widths = fitting(
    columns.map(({ title, align }, c) => ({
      least: align === 'right' ? Number.POSITIVE_INFINITY : Math.max(title.length, LEAST_TEXT),
      wanted: Math.min(
        width,
        cells.reduce((most, row) => Math.max(most, row[c]?.length ?? 0), title.length),
      ),
    })),
    width - GAP.length * (columns.length - 1),
  );
  const line = (texts: readonly string[]): string => {
    const aligned = texts.map((text, c) =>
      columns[c]?.align === 'right' ? text.padStart(widths[c] ?? 0) : cut(text, widths[c] ?? 0).padEnd(widths[c] ?? 0),
    );
    return cut(aligned.join(GAP).trimEnd(), width);
  };
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join(GAP);
  return [line(columns.map(({ title }) => title)), rule.slice(0, width), ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join('');
}

/** `text` cut to `width` characters, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** A whole number with thin groups: 12 345. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 line`, `2 lines`. */
export function plural(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`;
}

/** A share as a percentage: 0.0153 is `1.5 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value !== 0 && Math.abs(value) < 9.95 ? 1 : 0)} %`;
}

/** A span of milliseconds as people say it: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Epoch ms as `2017-03-30 15:54:17`, always UTC. */
export function clock(time: number): string {
  return Number.isNaN(time) ? 'no time' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

// --- internal ---

const GAP = '  ';
/** Characters of a text that say something. */
const LEAST_TEXT = 16;

/** Widths that come to `room` at most: the widest give way first, none of them below its least. */
function fitting(columns: readonly { readonly least: number; readonly wanted: number }[], room: number): number[] {
  const widths = columns.map(({ wanted }) => wanted);
  for (let over = widths.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    let widest = -1;
    for (let c = 0; c < widths.length; c++) {
      const yields = widths[c]! > columns[c]!.least;
      if (yields && (widest < 0 || widths[c]! >= widths[widest]!)) widest = c;
    }
    if (widest < 0) break;
    widths[widest]!--;
  }
  return widths;
}
