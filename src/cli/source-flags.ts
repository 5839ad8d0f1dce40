import type { ArgsDef } from 'citty';
import { CaracalError } from '../errors.ts';
import {
  followedFile,
  httpPush,
  type LiveSource,
  standardInput,
  syslogTcp,
  syslogUdp,
  type TlsFiles,
} from '../stream/index.ts';

/** Where live lines come from. */
export const sourceFlags = {
  'syslog-udp': { type: 'string', valueHint: '[host:]port', description: 'take syslog over UDP there' },
  'syslog-tcp': { type: 'string', valueHint: '[host:]port', description: 'take syslog over TCP there' },
  'syslog-tls': {
    type: 'string',
    valueHint: '[host:]port',
    description: 'take syslog over TLS there, with --tls-key and --tls-cert',
  },
  'from-end': { type: 'boolean', description: 'follow files from their end, where they were never followed' },
} as const satisfies ArgsDef;

/**
 * The sources that files and flags name; HTTP push is always there.
 *
 * @throws CaracalError `E_USAGE`
 */
export function sourcesOf(
  files: readonly string[],
  args: Readonly<Record<string, unknown>>,
  tls: TlsFiles | undefined,
): LiveSource[] {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const [udp, tcp, secure] = [text('syslog-udp'), text('syslog-tcp'), text('syslog-tls')];
  if (secure !== undefined && !tls) {
    throw new CaracalError('E_USAGE', '--syslog-tls needs a certificate. Give --tls-key FILE and --tls-cert FILE.');
  }
  const from = args['from-end'] === true ? 'end' : 'start';
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new CaracalError('E_USAGE', `${twice} is named twice. Name each file once.`);
  return [
    ...files.map((file) => (file === '-' ? standardInput() : followedFile(file, { from }))),
    ...(udp === undefined ? [] : [syslogUdp(endpointOf('syslog-udp', udp))]),
    ...(tcp === undefined ? [] : [syslogTcp(endpointOf('syslog-tcp', tcp))]),
    ...(secure === undefined || !tls ? [] : [syslogTcp({ ...endpointOf('syslog-tls', secure), tls })]),
    httpPush(),
  ];
}

/** @throws CaracalError `E_USAGE` */
export function endpointOf(flag: string, text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new CaracalError('E_USAGE', `--${flag} ${text}: give a port, or HOST:PORT, such as 127.0.0.1:6514.`);
  }
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}
