import { CaracalError } from '../../errors.ts';
import { BLANK, TAB } from './bytes.ts';

/** A header in the notation of the loghub collection, taken apart. */
export interface HeaderNotation {
  /** Names of the fields in their order. */
  readonly fields: readonly string[];
  readonly parts: readonly NotationPart[];
}

/** A part of a notation: a field, a byte that stands for itself, blanks, or parts that may be missing. */
export type NotationPart =
  | { readonly kind: 'field'; readonly index: number }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'blanks' }
  | { readonly kind: 'optional'; readonly parts: readonly NotationPart[] };

/** A header ready to be matched against bytes. */
export interface HeaderMatcher extends HeaderNotation {
  /** After a match: field i is `bytes[starts[i], ends[i])`; -1 for one that is missing. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether the whole line follows the header. */
  match(bytes: Uint8Array, start: number, end: number): boolean;
}

/**
 * Compiles `<Date> <Time> <Level> <Component>(\[<Pid>\])?: <Content>`. A field reaches to
 * the first place from which the rest fits, the last one to the end of the line: what
 * the regular expression `(.*?)` for each field and `\s+` for each blank gives.
 *
 * @throws CaracalError `E_USAGE` for a notation without fields or with open brackets
 */
export function compileHeader(notation: string): HeaderMatcher {
  const fields: string[] = [];
  const parts = parse(notation, fields);
  if (fields.length === 0) {
    throw new CaracalError(
      'E_USAGE',
      `--log-format '${notation}' names no field. Describe a line, as in --log-format '<Date> <Time> <Level> <Component>: <Content>'.`,
    );
  }
  const starts = new Int32Array(fields.length);
  const ends = new Int32Array(fields.length);
  const frame: Frame = { starts, ends, bytes: new Uint8Array(0), end: 0, tries: 0 };
  const atEnd: Step = (p) => p === frame.end;
  const run = link(parts, atEnd, frame, true);
  return {
    fields,
    parts,
    starts,
    ends,
    match: (bytes, start, end) => {
      starts.fill(-1);
      ends.fill(-1);
      frame.bytes = bytes;
      frame.end = end;
      frame.tries = MOST_TRIES;
      return run(start);
    },
  };
}

// --- internal ---

/** Says whether everything from here on fits at a place. */
type Step = (at: number) => boolean;

interface Frame {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  bytes: Uint8Array;
  end: number;
  /** Ends of fields that may still be tried. */
  tries: number;
}

/** A line on which more ends of fields fail than this does not follow the header. */
const MOST_TRIES = 10_000;
/** A walk to the end of the line in vain counts as a try for each KiB. */
const TRY_BYTES_LOG2 = 10;

function parse(notation: string, fields: string[]): NotationPart[] {
  const stack: NotationPart[][] = [[]];
  const wrong = (why: string): CaracalError =>
    new CaracalError(
      'E_USAGE',
      `--log-format '${notation}': ${why}. Write fields as <Name>, parts that may be missing as (...)?, other signs with a backslash.`,
    );
  for (let i = 0; i < notation.length; ) {
    const rest = notation.slice(i);
    const parts = stack.at(-1) ?? [];
    const field = /^<([A-Za-z_]\w*)>/.exec(rest);
    const blanks = /^(?:\s|\\s[+*]?)+/.exec(rest);
    if (field) {
      parts.push({ kind: 'field', index: fields.push(field[1] ?? '') - 1 });
      i += field[0].length;
    } else if (blanks) {
      parts.push({ kind: 'blanks' });
      i += blanks[0].length;
    } else if (rest.startsWith(')?')) {
      const inner = stack.length > 1 ? stack.pop() : undefined;
      if (!inner) throw wrong(`')?' closes nothing`);
      stack.at(-1)?.push({ kind: 'optional', parts: inner });
      i += 2;
    } else if (rest.startsWith('(') && rest.includes(')?')) {
      stack.push([]);
      i++;
    } else {
      const sign = /^\\?(.)/su.exec(rest);
      for (const byte of new TextEncoder().encode(sign?.[1] ?? '\\')) parts.push({ kind: 'byte', byte });
      i += sign?.[0].length ?? 1;
    }
  }
  if (stack.length > 1) throw wrong(`'(' is never closed`);
  return stack[0] ?? [];
}

/** Chains parts from the last to the first, so that each knows what must follow it. */
function link(parts: readonly NotationPart[], after: Step, frame: Frame, toEnd: boolean): Step {
  let next = after;
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i];
    if (part) next = step(part, next, parts[i + 1], toEnd, frame);
  }
  return next;
}

function step(part: NotationPart, next: Step, following: NotationPart | undefined, toEnd: boolean, frame: Frame): Step {
  switch (part.kind) {
    case 'byte':
      return (at) => at < frame.end && frame.bytes[at] === part.byte && next(at + 1);
    case 'blanks':
      return (at) => {
        let p = at;
        while (p < frame.end && (frame.bytes[p] === BLANK || frame.bytes[p] === TAB)) p++;
        return p > at && next(p);
      };
    case 'optional': {
      const inner = link(part.parts, next, frame, false);
      return (at) => inner(at) || next(at);
    }
    default:
      return field(part.index, next, following, toEnd, frame);
  }
}

function field(index: number, next: Step, following: NotationPart | undefined, toEnd: boolean, frame: Frame): Step {
  const { starts, ends } = frame;
  const take = (at: number, to: number): boolean => {
    starts[index] = at;
    ends[index] = to;
    return true;
  };
  if (toEnd && following === undefined) return (at) => take(at, frame.end) && next(frame.end);
  // Only where the sign after the field stands can the rest fit.
  const sign = following?.kind === 'byte' ? following.byte : following?.kind === 'blanks' ? BLANK : -1;
  const orTab = following?.kind === 'blanks';
  return (at) => {
    for (let p = at; p <= frame.end; p++) {
      const byte = frame.bytes[p];
      if (sign >= 0 && (p === frame.end || (byte !== sign && !(orTab && byte === TAB)))) continue;
      if (frame.tries-- <= 0) return false;
      if (next(p)) return take(at, p);
    }
    frame.tries -= (frame.end - at) >> TRY_BYTES_LOG2;
    return false;
  };
}
