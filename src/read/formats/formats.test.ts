import { describe, expect, it } from 'vitest';
import { createStringTable } from '../../util/tables.ts';
import { decodeUtf8, encodeUtf8 } from '../../util/utf8.ts';
import { createNames } from '../names.ts';
import { sampleLines } from '../sniff.ts';
import { createClock } from '../time/clock.ts';
import { createRow, resetRow } from './format.ts';
import { detectFormat, formatNamed } from './index.ts';

function parse(format: string, line: string, year = 2017) {
  const strings = createStringTable();
  const clock = createClock({ year, timezone: 'UTC', reference: Date.UTC(2020, 0) });
  const bytes = encodeUtf8(line);
  const parser = formatNamed(format).prepare(sampleLines(encodeUtf8('')), {})({ clock, names: createNames(strings) });
  const row = createRow();
  resetRow(row, 0, bytes.length);
  parser.parse(bytes, 0, bytes.length, row);
  const time = Number.isNaN(row.time) ? '' : new Date(row.time).toISOString();
  return {
    ...row,
    time,
    host: strings.value(row.host),
    app: strings.value(row.app),
    message: decodeUtf8(bytes, row.start, row.end),
  };
}

describe('rfc3164', () => {
  it.each([
    ['<34>Oct 11 22:14:15 mymachine su: gone', { host: 'mymachine', app: 'su', pid: -1, level: 2, message: 'gone' }],
    [
      'Jun 14 15:16:01 combo sshd(pam_unix)[19939]: x',
      { host: 'combo', app: 'sshd(pam_unix)', pid: 19939, level: 255 },
    ],
    ['Mar  7 06:25:01 h systemd-logind[1118]: New', { app: 'systemd-logind', time: '2017-03-07T06:25:01.000Z' }],
    ['Mar  7 06:25:01 h postfix/smtpd[2]:x', { app: 'postfix/smtpd', pid: 2, message: 'x' }],
    ['Mar  7 06:25:01 h kernel: [12.3] eth0: up', { app: 'kernel', message: '[12.3] eth0: up' }],
    ['Mar  7 06:25:01 h -- MARK --', { host: 'h', app: '', message: '-- MARK --' }],
    ['Mar  7 06:25:01 sshd[9]: no host', { host: '', app: 'sshd', pid: 9, message: 'no host' }],
    ['Mar  7 06:25:01 h app[main]: x', { app: 'app', pid: -1, message: 'x' }],
    ['Mar  7 2015 06:25:01 h a: x', { time: '2015-03-07T06:25:01.000Z' }],
    ['2023-05-01T10:00:00.5+02:00 h a[1]: x', { time: '2023-05-01T08:00:00.500Z', host: 'h', app: 'a' }],
    ['Mar  7 06:25:01 h a: message repeated 12 times: [ X y ]', { repeat: 12, message: 'X y ' }],
    ['Mar  7 06:25:01 h a: message repeated often: [ X ]', { repeat: 1, message: 'message repeated often: [ X ]' }],
    ['Mar  7 06:25:01 h', { wellFormed: true, host: '', message: 'h' }],
    ['<999>Mar  7 06:25:01 h a: x', { wellFormed: false, message: '<999>Mar  7 06:25:01 h a: x' }],
    ['Mar 99 06:25:01 h a: x', { time: '' }],
    ['Mar', { wellFormed: false, message: 'Mar' }],
  ])('reads %s', (line, expected) => {
    expect(parse('rfc3164', line)).toMatchObject(expected);
  });
});

describe('a leading timestamp', () => {
  it.each([
    ['2015-10-18 18:01:47,978 INFO x', '2015-10-18T18:01:47.978Z', 'INFO x'],
    ['[Sun Dec 04 04:47:44 2005] [notice] x', '2005-12-04T04:47:44.000Z', '[notice] x'],
    ['17/06/09 20:10:40 INFO x', '2017-06-09T20:10:40.000Z', 'INFO x'],
    ['081109 203615 148 INFO x', '2008-11-09T20:36:15.000Z', '148 INFO x'],
    ['03-17 16:13:38.811  1702 D x', '2017-03-17T16:13:38.811Z', '1702 D x'],
    ['1117838570 x', '2005-06-03T22:42:50.000Z', 'x'],
    ['1117838570123 x', '2005-06-03T22:42:50.123Z', 'x'],
    ['1117838570.25 x', '2005-06-03T22:42:50.250Z', 'x'],
    ['2005-06-03-15.42.50.675872 x', '2005-06-03T15:42:50.675Z', 'x'],
    ['2023-05-01 10:00:00 -0530 x', '2023-05-01T15:30:00.000Z', 'x'],
    ['2023-05-01T10:00:00Zx', '2023-05-01T10:00:00.000Z', 'Zx'],
  ])('in %s', (line, time, message) => {
    expect(parse('timestamped', line)).toMatchObject({ time, message, wellFormed: true });
    expect(parse('text', line)).toMatchObject({ time, message: line });
  });

  it.each(['12345 x', '2015-10-18 x', '99/99/99 20:10:40 x', '081399 203615 x', '11178385701 x', ''])(
    'not in %j',
    (line) => {
      expect(parse('timestamped', line)).toMatchObject({ time: '', message: line, wellFormed: false });
    },
  );
});

describe('detection', () => {
  const detect = (...lines: string[]) => detectFormat(sampleLines(encodeUtf8(lines.join('\n'))));
  it.each([
    ['rfc3164', 'Mar  7 06:25:01 h a: x'],
    ['rfc3164', '<13>Mar  7 06:25:01 h a[1]: x'],
    ['timestamped', '2015-10-18 18:01:47,978 INFO [main] x'],
    ['text', 'hello world'],
  ])('finds %s', (name, line) => {
    const { format, detection } = detect(line, line, 'stray');
    expect(format.name).toBe(name);
    expect(detection.confidence).toBeGreaterThan(0);
    expect(detection.reason).not.toBe('');
  });

  it('is the surer the more lines fit', () => {
    const good = 'Mar  7 06:25:01 h a: x';
    expect(detect(good, good).detection.confidence).toBeGreaterThan(detect(good, 'stray').detection.confidence);
  });
});
