import { describe, expect, it } from 'vitest';
import { type FormatCase, formatCases, readText } from './format.case.ts';

const audit = (type: string, serial: number, body: string, second = 1): string =>
  `type=${type} msg=audit(148886790${second}.500:${serial}): ${body}`;

const cases: readonly FormatCase[] = [
  {
    format: 'rfc3164',
    lines: ['Mar  7 06:25:01 h sshd[7]: one', '<38>Mar  7 06:25:02 h su: two'],
    records: [
      { time: '2017-03-07T06:25:01.000Z', host: 'h', app: 'sshd', pid: 7, message: 'one' },
      { level: 6, app: 'su', message: 'two' },
    ],
    broken: [{ lines: ['no header'], warnings: { 'malformed-line': 1 }, record: { message: 'no header' } }],
  },
  {
    format: 'rfc5424',
    lines: [
      '<165>1 2017-03-07T06:25:01.5Z h app 8710 ID47 [ex@1 iut="3" user="al\\]ice"][o ip="10.0.0.1"] \ufeffhello',
      '<34>1 2017-03-07T07:25:02+01:00 h su - - - failed',
      '<34>1 - - - - - [a b="c"]',
    ],
    records: [
      {
        time: '2017-03-07T06:25:01.500Z',
        level: 5,
        host: 'h',
        app: 'app',
        pid: 8710,
        message: 'hello',
        entities: [
          ['user', 'al]ice'],
          ['address', '10.0.0.1'],
        ],
      },
      { time: '2017-03-07T06:25:02.000Z', level: 2, app: 'su', pid: -1, message: 'failed' },
      { time: '', host: '', app: '', message: '[a b="c"]' },
    ],
    broken: [
      {
        lines: ['<34>1 2017-03-07T06:25:03Z h app - - [a b="un"escaped"] x'],
        warnings: { 'malformed-line': 1 },
        record: { time: '2017-03-07T06:25:03.000Z', host: 'h', message: '[a b="un"escaped"] x' },
      },
      { lines: ['<34>1 2017-03-07T06:25:03Z h app - - [a b="\\"] x', '<34>2'], warnings: { 'malformed-line': 2 } },
    ],
  },
  {
    format: 'access-log',
    lines: [
      '10.0.0.1 - alice [07/Mar/2017:06:25:01 +0100] "GET /x?a=\\"b HTTP/1.1" 200 2326 "http://r/" "Agent 1.0"',
      '10.0.0.2 - - [07/Mar/2017:06:25:02 +0100] "POST /y HTTP/1.1" 503 -',
      'www.example.org:443 10.0.0.3 - - [07/Mar/2017:06:25:03 +0100] "-" 408 0 "-" "-"',
    ],
    records: [
      {
        time: '2017-03-07T05:25:01.000Z',
        level: 6,
        message: '"GET /x?a=\\"b HTTP/1.1" 200 2326',
        entities: [
          ['address', '10.0.0.1'],
          ['user', 'alice'],
        ],
      },
      { level: 3, message: '"POST /y HTTP/1.1" 503 -', entities: [['address', '10.0.0.2']] },
      { level: 4, host: 'www.example.org:443', message: '"-" 408 0', entities: [['address', '10.0.0.3']] },
    ],
    broken: [
      { lines: ['10.0.0.1 - - [07/Mar/2017:06:25:03 +0100] "GET /open'], warnings: { 'malformed-line': 1 } },
      { lines: ['10.0.0.1 - - [yesterday] "GET / HTTP/1.1" 200 1'], warnings: { 'malformed-line': 1, 'no-time': 1 } },
    ],
  },
  {
    format: 'error-log',
    lines: [
      '[Tue Mar 07 06:25:01.123456 2017] [core:error] [pid 35708:tid 4328] [client 10.0.0.1:4] AH00128: no file: /x',
      '[Tue Mar 07 06:25:02 2017] [notice] resuming',
      '2017/03/07 06:25:03 [crit] 12#34: *9 open() failed, client: 10.0.0.1',
      '[Tue Mar 07 06:25:04 2017] [ssl:trace3] [pid 1] x',
    ],
    records: [
      {
        time: '2017-03-07T06:25:01.123Z',
        level: 3,
        app: 'core',
        pid: 35708,
        message: '[client 10.0.0.1:4] AH00128: no file: /x',
      },
      { level: 5, app: '', message: 'resuming' },
      { level: 2, pid: 12, message: 'open() failed, client: 10.0.0.1' },
      { level: 7, app: 'ssl', pid: 1, message: 'x' },
    ],
    broken: [{ lines: ['PHP Notice: x'], warnings: { 'malformed-line': 1 }, record: { message: 'PHP Notice: x' } }],
  },
  {
    format: 'cef',
    lines: [
      'CEF:0|Vendor|Fire\\|wall|1.0|100|worm stopped|10|src=10.0.0.1 dst=2.1.2.2 suser=bob rt=1488867901500 msg=a b\\=c',
      '<38>Mar  7 06:25:02 fw1 CEF:0|V|P|1|2|Name only|Low|',
      '<38>1 2017-03-07T06:25:03Z fw2 app - - - CEF:0|V|P|1|2|Third|5|dvchost=fw3',
    ],
    records: [
      {
        time: '2017-03-07T06:25:01.500Z',
        level: 2,
        app: 'Fire|wall',
        message: 'worm stopped: a b=c',
        entities: [
          ['address', '10.0.0.1'],
          ['address', '2.1.2.2'],
          ['user', 'bob'],
        ],
      },
      { time: '2017-03-07T06:25:02.000Z', host: 'fw1', app: 'P', level: 6, message: 'Name only' },
      { time: '2017-03-07T06:25:03.000Z', host: 'fw3', level: 4, message: 'Third' },
    ],
    broken: [
      { lines: ['CEF:0|V|P|1', 'no CEF'], warnings: { 'malformed-line': 2 }, record: { message: 'CEF:0|V|P|1' } },
    ],
  },
  {
    format: 'zeek-tsv',
    lines: [
      '#separator \\x09',
      '#path\tconn',
      '#fields\tts\tuid\tid.orig_h\tid.resp_h\tproto\tservice',
      '1488867901.5\tC1\t10.0.0.1\t10.0.0.2\ttcp\tssh',
      '1488867902.5\tC2\t10.0.0.1\t10.0.0.3\tudp\t-',
    ],
    records: [
      {
        time: '2017-03-07T06:25:01.500Z',
        app: 'zeek-conn',
        message: 'conn proto=tcp service=ssh',
        entities: [
          ['address', '10.0.0.1'],
          ['address', '10.0.0.2'],
        ],
      },
      { message: 'conn proto=udp' },
    ],
    broken: [{ lines: ['1488867903\tC3\t10.0.0.1'], warnings: { 'malformed-line': 1 } }],
  },
  {
    format: 'auditd',
    joins: true,
    lines: [
      audit('SYSCALL', 1, 'arch=c000003e syscall=59 success=yes exit=0 items=1 pid=77 auid=0 comm="sh" exe="/bin/sh"'),
      audit('USER_LOGIN', 2, `pid=9 uid=0 msg='op=login acct="root" exe="/usr/sbin/sshd" addr=10.0.0.1 res=failed'`),
      audit('EXECVE', 1, 'argc=2 a0="sh" a1="-c"'),
      audit('PROCTITLE', 1, 'proctitle=7368'),
    ],
    records: [
      {
        time: '2017-03-07T06:25:01.500Z',
        app: 'sh',
        pid: 77,
        line: 1,
        message: 'SYSCALL syscall=59 success=yes exit=0 comm=sh exe=/bin/sh EXECVE argc=2 a0=sh a1=-c',
      },
      {
        line: 2,
        app: 'sshd',
        level: 4,
        message: 'USER_LOGIN op=login acct=root exe=/usr/sbin/sshd addr=10.0.0.1 res=failed',
        entities: [
          ['user', 'root'],
          ['address', '10.0.0.1'],
        ],
      },
    ],
    broken: [
      // The PROCTITLE never comes; the PATH has no SYSCALL; the last is no record.
      {
        lines: [audit('PATH', 3, 'item=0 name="/x"', 4), 'x'],
        warnings: { 'incomplete-record': 2, 'malformed-line': 1 },
      },
    ],
  },
  {
    format: 'event-csv',
    joins: true,
    lines: ['time,name,ip,host', '1488867902,"Login, failed",10.0.0.1,web', '1488867903,Logout,,web'],
    records: [
      { time: '2017-03-07T06:25:02.000Z', host: 'web', message: 'Login, failed', entities: [['address', '10.0.0.1']] },
      { message: 'Logout', entities: [] },
    ],
    broken: [{ lines: ['1488867904,one', '1488867904,"open,x,y'], warnings: { 'malformed-line': 2 } }],
  },
  {
    format: 'log-format',
    options: { logFormat: '<Month> <Day> <Time> <Host> <Component>(\\[<Pid>\\])?: <Level> <Content>' },
    lines: ['Mar 7 06:25:01 h app[12]: WARN disk  full', 'Mar 7 06:25:02 h my app: INFO b: [3]: c'],
    records: [
      { time: '2017-03-07T06:25:01.000Z', host: 'h', app: 'app', pid: 12, level: 4, message: 'disk  full' },
      { app: 'my app', pid: -1, level: 6, message: 'b: [3]: c' },
    ],
    broken: [{ lines: ['Mar 7 06:25:03 h app'], warnings: { 'malformed-line': 1 } }],
  },
  {
    format: 'timestamped',
    lines: [
      '2017-03-07 06:25:01,500 INFO [main] app.Server: started in 5 ms',
      '2017-03-07 06:25:02,500 WARN [pool 2] app.Server: slow answer',
      '2017-03-07 06:25:03,500 INFO [main] app.Disk: all is well',
    ],
    records: [
      { time: '2017-03-07T06:25:01.500Z', level: 6, app: 'app.Server', message: 'started in 5 ms' },
      { level: 4, app: 'app.Server', message: 'slow answer' },
      { app: 'app.Disk', message: 'all is well' },
    ],
    broken: [
      { lines: ['\tat app.Server.main(Server.java:1)'], warnings: { 'malformed-line': 1 } },
      { lines: ['2017-03-07 06:25:04,000 short'], warnings: {}, record: { time: '2017-03-07T06:25:04.000Z' } },
    ],
  },
];

describe.each(cases)('$format', (each) => {
  formatCases(each);
});

describe('headers are learned from the lines', () => {
  const header = async (...lines: string[]) => {
    const { records, format } = await readText(lines.join('\n'), undefined);
    expect(format).toBe('timestamped');
    return records[0];
  };
  it.each([
    [
      '2017-03-07 06:25:01.000  INFO 123 --- [  main] c.e.Foo   : Started',
      { pid: 123, app: 'c.e.Foo', message: 'Started' },
    ],
    ['2017-03-07 06:25:01,123 - root - ERROR - it broke', { level: 3, app: 'root', message: 'it broke' }],
    ['[2017-03-07 06:25:01] <warn> it broke', { level: 4, message: 'it broke' }],
    [
      '03-07 06:25:01.811  1702  2395 D Window: shown now',
      { level: 7, pid: 1702, app: 'Window', message: 'shown now' },
    ],
    ['081109 203518 143 INFO dfs.Node: got it', { level: 6, pid: 143, app: 'dfs.Node', message: 'got it' }],
    ['2017-03-07 06:25:01 web sshd[12]: opened it', { host: 'web', app: 'sshd', pid: 12, message: 'opened it' }],
    ['2017-03-07T06:25:01 opened the door', { app: '', message: 'opened the door' }],
    ['2017-03-07T06:25:01 12 doors are open', { pid: -1, message: '12 doors are open' }],
  ])('%s', async (line, expected) => {
    expect(await header(line, `${line} again`, line)).toMatchObject(expected);
  });
});

describe('a file of several formats', () => {
  it('is read as the most of it is, the rest is counted and kept', async () => {
    const lines = [
      ...Array.from({ length: 6 }, (_, i) => `Mar  7 06:25:0${i} h a[1]: x`),
      '{"message": "json"}',
      '10.0.0.1 - - [07/Mar/2017:06:25:09 +0000] "GET / HTTP/1.1" 200 1',
    ];
    const { records, report, format } = await readText(lines.join('\n'), undefined);
    expect(format).toBe('rfc3164');
    expect(records).toHaveLength(8);
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'malformed-line', count: 2, firstLine: 7 }));
  });
});

describe('auditd', () => {
  it('reads a record of one endless word', async () => {
    const { records } = await readText(audit('LOGIN', 1, 'x'.repeat(900_000)), 'auditd');
    expect(records).toMatchObject([{ message: 'LOGIN' }]);
  });

  it('holds few events open however many never end, and one of at most 128 records', async () => {
    const open = Array.from({ length: 300 }, (_, i) => audit('SYSCALL', i, 'syscall=2 pid=1'));
    const one = Array.from({ length: 200 }, () => audit('PATH', 999, 'name="x"'));
    const { records, report } = await readText([...open, ...one].join('\n'), 'auditd');
    expect(records).toHaveLength(302);
    expect(report).toMatchObject({ lines: 500, continuationLines: 198 });
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'incomplete-record', count: 302 }));
  });
});

describe('--log-format', () => {
  it.each(['no fields', '<A>)? x', '<A> (b)? (<C> \\)'])('%j is refused', async (logFormat) => {
    const wrong = readText('x', undefined, { logFormat });
    if (logFormat.startsWith('<A> (b')) await expect(wrong).resolves.toBeDefined();
    else await expect(wrong).rejects.toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });

  it('gives up on lines that would take for ever', async () => {
    const line = 'a b '.repeat(200_000);
    const { report } = await readText(line, undefined, { logFormat: '<A> <B> <C> <D>: <Content>' });
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'malformed-line', count: 1 }));
  });

  it('matches as the regular expression of the same notation does', async () => {
    const lines = ['a b: c: d', 'a  b:c', 'x', ': y', 'a [1]: b', 'a b[2]: c[3]: d', 'a b[x: y'];
    const { records } = await readText(lines.join('\n'), undefined, {
      logFormat: '<Date> <App>(\\[<Pid>\\])?: <Content>',
    });
    const regex = /^(.*?)\s+(.*?)(?:\[(.*?)\])?:\s+(.*)$/;
    expect(records.map(({ message }) => message)).toEqual(lines.map((line) => regex.exec(line)?.[4] ?? line));
    expect(records.map(({ app }) => app)).toEqual(lines.map((line) => regex.exec(line)?.[2] ?? ''));
  });
});
