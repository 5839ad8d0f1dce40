import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { NotifyTarget } from '../config/index.ts';
import { CEF_SEVERITY, cefLine, WINDOW_SEVERITY } from './cef.ts';
import { failure, reasonOf } from './failure.ts';
import { eventName, type NotifyMessage } from './message.ts';
import type { Notifier, NotifyContext } from './notifier.ts';
import { syslogConnection } from './syslog-connection.ts';

type Target = Extract<NotifyTarget, { kind: 'syslog' }>;

/**
 * Sends each message as CEF behind a header of RFC 5424: over UDP a datagram each (RFC
 * 5426), over TCP and TLS with octet counting (RFC 6587, RFC 5425). Syslog answers nothing:
 * delivered is what this machine's network took.
 */
export function syslogNotifier(target: Target, context: NotifyContext): Notifier {
  const { name, transport, host, port } = target;
  const line = (message: NotifyMessage): Buffer => Buffer.from(syslogLine(message, context));
  if (transport !== 'udp') {
    const connection = syslogConnection(target, context.ca);
    return {
      name,
      deliver: (message, signal) => {
        const bytes = line(message);
        return connection.write(Buffer.concat([Buffer.from(`${bytes.length} `), bytes]), signal);
      },
      close: connection.close,
    };
  }
  return {
    name,
    deliver: async (message) => {
      try {
        await sendDatagram(line(message), host, port);
      } catch (cause) {
        const why = `${host}:${port} could not be sent to: ${reasonOf(cause)}`;
        throw failure(`${name}: ${why}. Look at its host and port.`, { retry: true, cause });
      }
    },
    close: async () => {},
  };
}

/** `<PRI>1 TIME HOST caracal - EVENT - CEF`: facility local0, severity by rank. */
export function syslogLine(message: NotifyMessage, context: NotifyContext): string {
  const rank = message.type === 'alert' ? CEF_SEVERITY[message.alert.priority.rank] : WINDOW_SEVERITY;
  const severity = SYSLOG_SEVERITIES.find(([least]) => rank >= least)?.[1] ?? 6;
  // The header is printable ASCII; a host name that is not is left out, as the RFC has it.
  const machine = context.hostname ?? hostname();
  const header = [
    `<${LOCAL0 * 8 + severity}>1`,
    new Date(message.time).toISOString(),
    /^[!-~]{1,255}$/.test(machine) ? machine : '-',
    'caracal',
    '-',
    eventName(message),
    '-',
  ];
  return `${header.join(' ')} ${cefLine(message, context.version ?? '0')}`;
}

// --- internal ---

const LOCAL0 = 16;

/** From which CEF severity on: critical, error, warning, notice. */
const SYSLOG_SEVERITIES = [
  [10, 2],
  [8, 3],
  [6, 4],
  [3, 5],
] as const;

function sendDatagram(bytes: Uint8Array, host: string, port: number): Promise<void> {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' });
  const sent = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve()));
  });
  return sent.finally(() => socket.close());
}
