import { decodeUtf8 } from '../../util/utf8.ts';
import { ascii, startsWith } from './bytes.ts';
import { addEntity, type LineFormat, percent, type Row, setMessage, shareOf } from './format.ts';

/**
 * The Linux audit log: records `type=... msg=audit(TIME:SERIAL): ...`, of which those
 * with one serial number are one event, also where others stand between them. An event
 * ends with its PROCTITLE or EOE; without one when the log is 2 seconds past it, 64
 * later events are open or the log ends, and then it counts as incomplete, as one does
 * whose SYSCALL never came. It has at most 128 records. Source: auparse(3).
 */
export const auditdFormat: LineFormat = {
  name: 'auditd',
  joins: true,
  detect: (sample) => {
    const share = shareOf(sample, (start, end) => {
      const from = Math.min(end, start + LONGEST_FRONT);
      return RECORD.test(decodeUtf8(sample.bytes, start, from));
    });
    return { confidence: share * 0.98, reason: `${percent(share)} of the first lines are audit records` };
  },
  prepare:
    () =>
    ({ names }) => {
      const open: AuditEvent[] = [];
      let latest = Number.NEGATIVE_INFINITY;

      const eventOf = (serial: string, time: number, out: Row): AuditEvent => {
        for (let i = open.length - 1; i >= 0; i--) {
          const event = open[i];
          if (event?.serial === serial && event.records.length < MOST_RECORDS) return event;
        }
        const { line, offset } = out;
        const event = { serial, time, line, offset, length: 0, node: '', records: [], ended: false };
        open.push(event);
        return event;
      };

      return {
        parse: (bytes, start, end, out) => {
          if (!startsWith(bytes, start, end, TYPE) && !startsWith(bytes, start, end, NODE)) {
            out.wellFormed = false;
            return;
          }
          const match = RECORD.exec(decodeUtf8(bytes, start, end));
          if (!match) {
            out.wellFormed = false;
            return;
          }
          const [, node = '', type = '', seconds, serial = '', body = ''] = match;
          out.time = Number(seconds) * 1000;
          out.outcome = 'held';
          latest = Math.max(latest, out.time);
          const event = eventOf(`${node} ${seconds}:${serial}`, out.time, out);
          event.node = node;
          event.records.push({ type, body });
          event.length = out.offset + out.length - event.offset;
          event.ended ||=
            LAST.has(type) || !(JOINED.has(type) || ALONE_OR_JOINED.has(type) || event.records.length > 1);
        },
        next: (out, atEnd) => {
          const event = open[0];
          if (!event) return false;
          const over = event.ended || atEnd || open.length > MOST_OPEN || latest - event.time > LONGEST_WAIT;
          if (!over) return false;
          open.shift();
          describe(event, out);
          out.host = names.text(event.node);
          const fields = out.text === null ? undefined : mainFields(event);
          out.app = names.text(fields?.get('comm') ?? basename(fields?.get('exe') ?? ''));
          out.pid = Number(fields?.get('pid') ?? -1);
          return true;
        },
      };
    },
};

// --- internal ---

const GROUP_SEPARATOR = String.fromCharCode(0x1d);
const TYPE = ascii('type=');
const NODE = ascii('node=');
const LONGEST_FRONT = 256;
const MOST_OPEN = 64;
const MOST_RECORDS = 128;
/** Milliseconds. */
const LONGEST_WAIT = 2000;
const RECORD = /^(?:node=(\S+) )?type=(\S+) msg=audit\((\d+\.\d+):(\d+)\):\s*(.*)/s;

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));
/** Records that end an event. */
const LAST = set('PROCTITLE EOE');
/** Records that come with a SYSCALL, and it. */
const JOINED = set(
  'SYSCALL PATH CWD EXECVE SOCKADDR SOCKETCALL PROCTITLE EOE IPC IPC_SET_PERM MMAP FD_PAIR OBJ_PID BPRM_FCAPS CAPSET MQ_OPEN ' +
    'MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR OPENAT2 TIME_INJOFFSET TIME_ADJNTPVAL',
);
/** Records that may come with a SYSCALL. */
const ALONE_OR_JOINED = set(
  'AVC SELINUX_ERR CONFIG_CHANGE NETFILTER_CFG KERN_MODULE BPF ANOM_PROMISCUOUS URINGOP FANOTIFY',
);
/** Fields that say nothing of what happened, or are told apart (process, users). */
const LEFT_OUT = set(
  'arch a0 a1 a2 a3 items ppid pid auid uid gid euid suid fsuid egid sgid fsgid ses inode dev mode ouid ogid rdev item nametype ' +
    'cap_fp cap_fi cap_fe cap_fver cap_frootid obj subj id',
);

interface AuditEvent {
  readonly serial: string;
  readonly time: number;
  readonly line: number;
  readonly offset: number;
  length: number;
  node: string;
  readonly records: { readonly type: string; readonly body: string }[];
  ended: boolean;
}

function describe(event: AuditEvent, out: Row): void {
  const { time, line, offset, length, records } = event;
  out.time = time;
  out.line = line;
  out.offset = offset;
  out.length = length;
  out.lines = records.length;
  const joined = records.some(({ type }) => JOINED.has(type));
  out.incomplete = joined && (!records.some(({ type }) => type === 'SYSCALL') || !event.ended);
  out.level = records.some(({ body }) => /\b(success=no|res=(failed|0)\b)/.test(body)) ? 4 : 6;
  const words: string[] = [];
  for (const { type, body } of records) {
    if (LAST.has(type)) continue;
    words.push(type);
    for (const [name, value] of fieldsOf(body)) {
      if (name === 'acct' || name === 'AUID') addEntity(out, 'user', value);
      if (name === 'addr' || name === 'laddr') addEntity(out, 'address', value);
      // The arguments of EXECVE are a0, a1, ... too, and say everything.
      if (!LEFT_OUT.has(name) || (type === 'EXECVE' && /^a\d/.test(name))) words.push(`${name}=${value}`);
    }
  }
  setMessage(out, words.length === 0 ? records.map(({ type }) => type).join(' ') : words.join(' '));
}

/** The fields that say which process it was: those of the SYSCALL, else of the first record. */
function mainFields({ records }: AuditEvent): Map<string, string> {
  const main = records.find(({ type }) => type === 'SYSCALL') ?? records[0];
  return new Map(fieldsOf(main?.body ?? ''));
}

/** Fields `name=value`; those within `msg='...'` belong to the record too. */
function fieldsOf(body: string): [name: string, value: string][] {
  // Enriched logs put what numbers mean behind a group separator.
  return [...body.replaceAll(GROUP_SEPARATOR, ' ').matchAll(/(?<![\w-])([\w-]+)=(?:"([^"]*)"|'?([^\s'"]+))/g)]
    .map((match): [string, string] => [match[1] ?? '', match[2] ?? match[3] ?? ''])
    .flatMap(([name, value]): [string, string][] => {
      if (name !== 'msg') return [[name, value]];
      const inner = /^([\w-]+)=(.*)$/.exec(value);
      return inner ? [[inner[1] ?? '', (inner[2] ?? '').replace(/^"|"$/g, '')]] : [];
    });
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
