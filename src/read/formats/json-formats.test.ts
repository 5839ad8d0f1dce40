import { describe, expect, it } from 'vitest';
import { type FormatCase, formatCases, readText } from './format.case.ts';

const json = (...objects: readonly object[]): string[] => objects.map((object) => JSON.stringify(object));

const truncated = { lines: ['{"message": "cut of'], warnings: { 'malformed-line': 1, 'no-time': 1 } };

const cases: readonly FormatCase[] = [
  {
    format: 'ndjson',
    lines: json(
      {
        '@timestamp': '2017-03-07T06:25:00.5Z',
        message: 'user logged in',
        log: { level: 'warn' },
        'host.name': 'web',
        process: { name: 'app', pid: 7 },
        user: { name: 'alice' },
        source: { ip: '10.0.0.1' },
      },
      { time: 1488867901, level: 30, msg: 'two\nlines', name: 'api', hostname: 'web', pid: 12 },
      { ts: 1488867902.25, severity: 'ERROR', status: 500, path: '/x', inner: { ok: false } },
    ),
    records: [
      {
        time: '2017-03-07T06:25:00.500Z',
        level: 4,
        host: 'web',
        app: 'app',
        pid: 7,
        message: 'user logged in',
        entities: [
          ['user', 'alice'],
          ['address', '10.0.0.1'],
        ],
      },
      { time: '2017-03-07T06:25:01.000Z', level: 6, host: 'web', app: 'api', pid: 12, message: 'two lines' },
      { time: '2017-03-07T06:25:02.250Z', level: 3, message: 'status=500 path=/x inner.ok=false' },
    ],
    broken: [truncated, { lines: ['[1, 2]', '"text"'], warnings: { 'malformed-line': 2 } }],
  },
  {
    format: 'journald',
    lines: json(
      {
        __REALTIME_TIMESTAMP: '1488867901500000',
        MESSAGE: 'Started x.',
        PRIORITY: '6',
        _HOSTNAME: 'web',
        SYSLOG_IDENTIFIER: 'systemd',
        _PID: '1',
      },
      { __REALTIME_TIMESTAMP: '1488867902000000', MESSAGE: [104, 105, 255], _HOSTNAME: 'web', _COMM: 'x' },
      { __REALTIME_TIMESTAMP: '1488867903000000', MESSAGE: ['one', 'two'], _HOSTNAME: 'web', PRIORITY: ['3', '4'] },
      { __REALTIME_TIMESTAMP: '1488867904000000', MESSAGE: null, _HOSTNAME: 'web' },
    ),
    records: [
      { time: '2017-03-07T06:25:01.500Z', level: 6, host: 'web', app: 'systemd', pid: 1, message: 'Started x.' },
      { app: 'x', message: 'hi\ufffd' },
      { level: 3, message: 'one' },
      { message: '' },
    ],
    broken: [truncated],
  },
  {
    format: 'windows',
    lines: json(
      {
        '@timestamp': '2017-03-07T06:25:01Z',
        winlog: {
          event_id: 4624,
          channel: 'Security',
          computer_name: 'WS5',
          event_data: { TargetUserName: 'bob', IpAddress: '10.0.0.9' },
        },
        message: 'An account was successfully logged on.\n\nSubject:\n\tSecurity ID:\t\tS-1-0-0',
        log: { level: 'information' },
      },
      {
        TimeCreated: '2017-03-07 06:25:02.5',
        EventID: 1,
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Hostname: 'WS5',
        Message: 'Process Create:\r\nRuleName: -\r\nUser: CORP\\bob',
        ProcessId: '0x1a4',
        Level: '4',
      },
      {
        Event: {
          System: {
            EventID: 7045,
            Channel: 'System',
            Computer: 'DC1',
            TimeCreated: { '#attributes': { SystemTime: '2017-03-07T06:25:03Z' } },
          },
          EventData: { ServiceName: 'evil' },
        },
      },
    ),
    records: [
      {
        time: '2017-03-07T06:25:01.000Z',
        host: 'WS5',
        app: 'Security',
        level: 6,
        message: '4624: An account was successfully logged on.',
        entities: [
          ['user', 'bob'],
          ['address', '10.0.0.9'],
        ],
      },
      {
        time: '2017-03-07T06:25:02.500Z',
        app: 'Microsoft-Windows-Sysmon/Operational',
        pid: 0x1a4,
        level: 6,
        message: '1: Process Create:',
      },
      { time: '2017-03-07T06:25:03.000Z', host: 'DC1', app: 'System', message: '7045: System ServiceName=evil' },
    ],
    broken: [truncated],
  },
  {
    format: 'suricata',
    lines: json(
      {
        timestamp: '2017-03-07T06:25:01.573103-0500',
        flow_id: 1,
        event_type: 'alert',
        src_ip: '10.0.0.1',
        dest_ip: '10.0.0.2',
        proto: 'TCP',
        alert: { signature: 'ET SCAN Nmap', severity: 1 },
      },
      {
        timestamp: '2017-03-07T11:25:02Z',
        flow_id: 2,
        event_type: 'dns',
        src_ip: '10.0.0.1',
        proto: 'UDP',
        dns: { type: 'query', id: 9, rrname: 'x.org' },
      },
    ),
    records: [
      {
        time: '2017-03-07T11:25:01.573Z',
        level: 2,
        app: 'suricata-alert',
        message: 'alert: ET SCAN Nmap',
        entities: [
          ['address', '10.0.0.1'],
          ['address', '10.0.0.2'],
        ],
      },
      { app: 'suricata-dns', level: 6, message: 'dns UDP type=query rrname=x.org' },
    ],
    broken: [truncated],
  },
  {
    format: 'wazuh',
    lines: json({
      timestamp: '2017-03-07T06:25:01.123+0000',
      rule: { level: 10, id: '5712', description: 'sshd: brute force trying to get access to the system.' },
      agent: { id: '001', name: 'web' },
      manager: { name: 'm' },
      decoder: { name: 'sshd' },
      data: { srcip: '10.0.0.1', srcuser: 'root' },
    }),
    records: [
      {
        time: '2017-03-07T06:25:01.123Z',
        level: 3,
        host: 'web',
        app: 'sshd',
        message: 'sshd: brute force trying to get access to the system.',
        entities: [
          ['user', 'root'],
          ['address', '10.0.0.1'],
        ],
      },
    ],
    broken: [truncated],
  },
  {
    format: 'zeek-json',
    lines: json({
      _path: 'conn',
      ts: 1488867901.5,
      uid: 'C1',
      'id.orig_h': '10.0.0.1',
      'id.orig_p': 50000,
      'id.resp_h': '10.0.0.2',
      'id.resp_p': 22,
      proto: 'tcp',
      conn_state: 'SF',
    }),
    records: [
      {
        time: '2017-03-07T06:25:01.500Z',
        app: 'zeek-conn',
        message: 'conn id.resp_p=22 proto=tcp conn_state=SF',
        entities: [
          ['address', '10.0.0.1'],
          ['address', '10.0.0.2'],
        ],
      },
    ],
    broken: [truncated],
  },
];

describe.each(cases)('$format', (each) => {
  formatCases(each);
});

describe('fields that the user names', () => {
  const lines = json({ when: '2017-03-07 06:25:01', what: 'hello', who: 'bob', node: '10.1.1.1', sensor: 'S' });
  const fields = { time: 'when', key: 'what', entity: ['who', 'node'], channel: 'sensor' };

  it('are taken from JSON', async () => {
    const { records } = await readText(lines.join('\n'), 'ndjson', { fields });
    expect(records).toMatchObject([
      {
        time: '2017-03-07T06:25:01.000Z',
        message: 'hello',
        app: 'S',
        entities: [
          ['user', 'bob'],
          ['address', '10.1.1.1'],
        ],
      },
    ]);
  });

  it('and are nowhere are refused with those there are', async () => {
    const wrong = readText(lines.join('\n'), 'ndjson', { fields: { time: 'whenever' } });
    await expect(wrong).rejects.toThrow(/whenever.*--time.*when, what/);
  });
});
