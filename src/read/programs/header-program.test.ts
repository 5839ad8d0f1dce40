import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStringTable } from '../../util/tables.ts';
import { encodeUtf8 } from '../../util/utf8.ts';
import { readBatches } from '../batches.ts';
import type { FormatOptions } from '../formats/format.ts';
import { formatNamed } from '../formats/index.ts';
import { createNames } from '../names.ts';
import { createReport } from '../read-report.ts';
import { sampleLines } from '../sniff.ts';
import { createClock } from '../time/clock.ts';

interface Header {
  readonly format: string;
  readonly options?: FormatOptions;
  readonly timezone?: string;
  /** A good line of a second of the year 2017. */
  line(second: number, message: string): string;
}

const two = (value: number): string => String(value).padStart(2, '0');
const parts = (second: number) => {
  const [date = '', time = ''] = new Date(Date.UTC(2017, 0) + second * 1000).toISOString().split(/[T.]/);
  return { date, time, month: MONTHS[Number(date.slice(5, 7)) - 1] ?? '', day: String(Number(date.slice(8))) };
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LEVELS = ['INFO', '[WARN]', 'error', 'Odd', '<debug>:'];
const NAMES = ['a.b.Server', 'x', 'org.apache.hadoop.mapreduce.v2.app.RMContainerAllocator', 'n1', 'kernel'];
const of = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

const headers: Readonly<Record<string, Header>> = {
  'ISO, level, component': {
    format: 'timestamped',
    line: (n, message) => {
      const { date, time } = parts(n);
      return `${date} ${time},${n % 1000} ${of(LEVELS, n >> 3)} ${of(NAMES, n)}[${n % 700}]: ${message}`;
    },
  },
  'ISO with zone, host, groups': {
    format: 'timestamped',
    line: (n, message) => {
      const { date, time } = parts(n);
      const zone = of(['Z', '+02:00', ' -0530', '+02', ''], n >> 4);
      return `[${date}T${time}.${'123456789'.slice(0, 1 + (n % 9))}${zone}] [main ${n % 3}] node-${n % 7} app: ${message}`;
    },
  },
  'compact, pid, level': {
    format: 'timestamped',
    line: (n, message) => {
      const { date, time } = parts(n);
      return `${date.slice(2).replaceAll('-', '')} ${time.replaceAll(':', '')} ${n % 5000} INFO dfs.${of(NAMES, n)}: ${message}`;
    },
  },
  'epoch, node, flag': {
    format: 'timestamped',
    line: (n, message) =>
      `- ${1_483_228_800 + n}${n % 11 === 0 ? '.25' : ''} R0${n % 4}-M1 RAS KERNEL ${of(['INFO', 'FATAL'], n)} ${message}`,
  },
  'ctime in brackets': {
    format: 'timestamped',
    line: (n, message) => {
      const { time, month, day } = parts(n);
      return `[Sun ${month} ${day.padStart(2, '0')} ${time}${n % 3 === 0 ? '' : ' 2017'}] [error] ${message}`;
    },
  },
  'short date in a zone with summer time': {
    format: 'timestamped',
    timezone: 'Europe/Berlin',
    line: (n, message) => {
      const { date, time } = parts(n);
      return `${date.slice(2).replaceAll('-', '/')} ${time} INFO ${of(NAMES, n)}: ${message}`;
    },
  },
  'month and day': {
    format: 'timestamped',
    timezone: '-03:00',
    line: (n, message) => {
      const { date, time } = parts(n);
      return `${date.slice(5)} ${time}.${n % 1000}  ${n % 4000}  ${n % 90} ${of(['D', 'I', 'W'], n)} ${of(NAMES, n)}: ${message}`;
    },
  },
  'a notation with blanks': {
    format: 'log-format',
    options: { logFormat: '<Date> <Time> <Pid> <Level> <Component>: <Content>' },
    line: (n, message) => {
      const { date, time } = parts(n);
      const gap = n % 13 === 0 ? ' \t' : ' ';
      return `${date}${gap}${time},${n % 1000} ${n % 5000} ${of(LEVELS, n)} ${of(NAMES, n)}: ${message}`;
    },
  },
  'a notation with parts that may be missing': {
    format: 'log-format',
    options: { logFormat: '<Month> <Date> <Time> <Host> <Component>(\\[<PID>\\])?( -<Extra>-)?: <Content>' },
    line: (n, message) => {
      const { time, month, day } = parts(n);
      const pid = of(['', `[${n % 800}]`, '[x]', '[1', ' -a-', '[3] -b-', ' -c'], n);
      return `${month} ${day} ${time} host${n % 3} ${of(NAMES, n)}${pid}: ${message}`;
    },
  },
  'a notation with two times': {
    format: 'log-format',
    options: { logFormat: '<Label> <Timestamp> <Date> <Node> <Time> <Level> <Component>\\|<Flag>' },
    line: (n, message) => {
      const { date, time } = parts(n);
      const stamp = n % 17 === 0 ? 'none' : 1_483_228_800 + n;
      return `- ${stamp} ${date} R${n % 4} ${date} ${time} ${of(LEVELS, n)} ${of(NAMES, n)}|${message}`;
    },
  },
  syslog: {
    format: 'rfc3164',
    line: (n, message) => {
      const { time, month, day } = parts(n);
      const app = of(['sshd[12]:', 'kernel:', 'app[main]:', 'sshd(pam_unix)[9999999999]:', 'no tag', 'x[1] y'], n);
      const priority = of(['', '', '<34>', '<999>'], n >> 5);
      return `${priority}${month} ${day.padStart(2)} ${time} ${of(['host ', '', '10.0.0.1 ', '2017 '], n >> 4)}${app} ${message}`;
    },
  },
  'syslog with ISO time': {
    format: 'rfc3164',
    line: (n, message) => {
      const { date, time } = parts(n);
      return `${date}T${time}.${two(n % 100)}${of(['+01:00', 'Z'], n >> 5)} host app[${n % 9}]: ${message}`;
    },
  },
};

const MESSAGES = [
  ...[
    'done',
    'message repeated 3 times: [ X y]',
    '',
    ' two  blanks ',
    'naïve ☃',
    '2017 x',
    '+02 a',
    '-0500',
    'a\tb',
    ':',
  ],
  ...['[1]', 'x'.repeat(300), 'm]', '2004', 'Z', ' -01', '.5', '\0 nul'],
];

/** What is read of a text, cut into chunks of these sizes, with the program or without. */
async function read(text: Uint8Array, header: Header, sizes: readonly number[], withProgram: boolean) {
  const { format, options = {}, timezone = 'UTC' } = header;
  const strings = createStringTable();
  const names = createNames(strings);
  const report = createReport();
  const sample = sampleLines(
    encodeUtf8(Array.from({ length: 40 }, (_, i) => header.line(i * 40, 'a message')).join('\n')),
  );
  const reference = Date.UTC(2018, 0);
  const clock = createClock({ timezone, reference });
  const { parse: parseLine, fast } = formatNamed(format).prepare(sample, options)({ clock, names });
  let parsed = 0;
  const parse: typeof parseLine = (...line) => {
    parsed++;
    parseLine(...line);
  };
  async function* chunks() {
    for (let at = 0, i = 0; at < text.length; i++) {
      const size = of(sizes, i);
      yield text.slice(at, at + size);
      at += size;
    }
  }
  const records: unknown[] = [];
  const about = { id: 0, file: 'f', names, report, reference, inOrder: true, eager: true, chunks: chunks() };
  for await (const batch of readBatches({ ...about, parser: withProgram && fast ? { parse, fast } : { parse } })) {
    for (let n = 0; n < batch.count; n++) {
      records.push([
        ...[batch.line[n], batch.offset[n], batch.length[n], batch.time[n], batch.level[n], batch.pid[n]],
        ...[strings.value(batch.host[n] ?? -1), strings.value(batch.app[n] ?? -1), batch.repeat[n]],
        Buffer.from(batch.bytes.subarray(batch.start[n], batch.end[n])).toString('latin1'),
      ]);
    }
  }
  return { read: { records, report: report.report(1), clock: [clock.firstYear, clock.missedLeapDays] }, parsed };
}

/** Lines of a header, good ones and others. */
function linesOf({ line }: Header): fc.Arbitrary<Uint8Array> {
  const second = fc.oneof(fc.nat(4000), fc.nat(200_000), fc.nat(400 * 86_400));
  const good = fc.tuple(second, fc.constantFrom(...MESSAGES)).map(([n, message]) => encodeUtf8(line(n, message)));
  const cut = fc.tuple(good, fc.nat(60)).map(([bytes, length]) => bytes.slice(0, length));
  const telling = fc.constantFrom(...encodeUtf8('0123456789:.,-+ \t[]()<>/ZTa'));
  const changed = fc.tuple(good, fc.nat(40), fc.oneof(telling, fc.nat(255))).map(([bytes, at, byte]) => {
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  const shifted = fc.tuple(good, fc.nat(9), fc.nat(99)).map(([bytes, which, value]) => {
    let pairs = 0;
    const text = Buffer.from(bytes).toString('latin1');
    return Buffer.from(
      text.replaceAll(/\d\d/g, (pair) => (pairs++ === which ? two(value) : pair)),
      'latin1',
    );
  });
  const other = fc.constantFrom('', '\r', 'stray', '  at x.y(z)', '\uFEFFx').map(encodeUtf8);
  const one = fc.oneof(
    { weight: 12, arbitrary: good },
    { weight: 3, arbitrary: changed },
    { weight: 4, arbitrary: shifted },
    cut,
    other,
  );
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, last]) => {
      const parts = lines.flatMap((bytes, i) => [bytes, encodeUtf8(i < lines.length - 1 || last ? end : '')]);
      return new Uint8Array(Buffer.concat(parts));
    });
}

describe.each(Object.entries(headers))('the program for a header with %s', (_, header) => {
  it('reads what the parser reads', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(linesOf(header), sizes, async (text, some) => {
        expect((await read(text, header, some, true)).read).toEqual((await read(text, header, some, false)).read);
      }),
      { numRuns: 150 },
    );
  });

  it('reads lines itself', async () => {
    const text = encodeUtf8(Array.from({ length: 2000 }, (_, n) => header.line(n, 'a message')).join('\n'));
    // The headers above vary more than those of logs do.
    expect((await read(text, header, [text.length], true)).parsed).toBeLessThan(1500);
  });

  it('reads many lines across the borders of blocks, with years that go by', async () => {
    const lines = Array.from({ length: 25_000 }, (_, n) => header.line(n * 1800 + (n % 100), `message ${n} of many`));
    const text = encodeUtf8(lines.join('\n'));
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect((await read(text, header, [700_000], true)).read).toEqual((await read(text, header, [700_000], false)).read);
  });
});
