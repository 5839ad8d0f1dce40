import { decodeUtf8 } from '../../util/utf8.ts';
import { ascii, startsWith } from './bytes.ts';
import { addEntity, type LineFormat, type SampleLines, setMessage } from './format.ts';
import { createFieldTime } from './json-line.ts';

/**
 * Zeek's logs as tables: lines with `#` describe the columns (`#separator`, `#fields`,
 * `#path`, ...) and may change them on the way; the message is the name of the log and
 * every field that is set but the time and the connection's id. A row with another
 * number of fields than columns is malformed. Source: Zeek documentation, "Zeek Log Formats".
 */
export const zeekTsvFormat: LineFormat = {
  name: 'zeek-tsv',
  detect: ({ bytes, starts, ends }) => {
    const has = (prefix: string): boolean =>
      starts.some((start, i) => startsWith(bytes, start, ends[i] ?? start, ascii(prefix)));
    const found = has('#fields') && has('#separator');
    return {
      confidence: found ? 0.99 : 0,
      reason: found ? 'it begins with the #fields of a Zeek table' : 'no #fields of a Zeek table',
    };
  },
  prepare: (sample) => {
    const beginning = headersOf(sample);
    return ({ clock, names }) => {
      const timeOf = createFieldTime(clock);
      const header = createHeader();
      for (const line of beginning) header.read(line);
      return {
        parse: (bytes, start, end, out) => {
          const line = decodeUtf8(bytes, start, end);
          if (line.startsWith('#')) {
            header.read(line);
            out.outcome = 'header';
            return;
          }
          const values = line.split(header.separator);
          if (values.length !== header.fields.length) {
            out.wellFormed = false;
            return;
          }
          out.app = names.text(header.path === '' ? 'zeek' : `zeek-${header.path}`);
          const words = header.path === '' ? [] : [header.path];
          values.forEach((value, i) => {
            const field = header.fields[i] ?? '';
            if (field === 'ts') out.time = timeOf(value);
            else if (value === header.unset || value === header.empty) return;
            else if (field === 'id.orig_h' || field === 'id.resp_h') addEntity(out, 'address', value);
            else if (!LEFT_OUT.has(field)) words.push(`${field}=${value}`);
            if (field === 'user' || field === 'username') addEntity(out, 'user', value);
          });
          setMessage(out, words.join(' '));
        },
      };
    };
  },
};

// --- internal ---

const LEFT_OUT: ReadonlySet<string> = new Set(['uid', 'fuid', 'id.orig_p']);

interface Header {
  separator: string;
  unset: string;
  empty: string;
  path: string;
  fields: readonly string[];
  read(line: string): void;
}

function createHeader(): Header {
  return {
    separator: '\t',
    unset: '-',
    empty: '(empty)',
    path: '',
    fields: [],
    read(line) {
      if (line.startsWith('#separator ')) {
        this.separator = line
          .slice('#separator '.length)
          .replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
        return;
      }
      const [name, ...values] = line.split(this.separator);
      if (name === '#fields') this.fields = values;
      else if (name === '#path') this.path = values[0] ?? '';
      else if (name === '#unset_field') this.unset = values[0] ?? '-';
      else if (name === '#empty_field') this.empty = values[0] ?? '(empty)';
    },
  };
}

/** The lines with `#`, for parsers that begin in the middle. */
function headersOf({ bytes, starts, ends }: SampleLines): string[] {
  return starts
    .filter((start) => bytes[start] === 0x23)
    .map((start) => decodeUtf8(bytes, start, ends[starts.indexOf(start)]));
}
