import { randomUUID } from 'node:crypto';
import type { LiveService } from '../service/index.ts';
import type { DeadLetter, Json, NewAuditEntry, Store } from '../store/index.ts';
import { type StreamClock, systemClock } from '../stream/index.ts';
import type { Actor } from './access.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

/** A request in which something broke, for the log. */
export interface FailedRequest {
  /** What the answer names it by. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

/** What the app is made of. It opens nothing itself. */
export interface AppDependencies {
  readonly store: Store;
  readonly service: LiveService;
  /** Of Caracal. */
  readonly version: string;
  /** Tries to deliver a notification again that could not be. @throws CaracalError `E_NOTIFY` */
  readonly retryNotification: (letter: DeadLetter) => Promise<void>;
  /** The system's unless told. */
  readonly clock?: StreamClock;
  /** Folder of the dashboard's files; without it there is only the API. */
  readonly webRoot?: string | undefined;
  /** Cookies that only travel over TLS. */
  readonly secureCookies?: boolean;
  /** Host names that requests may be for, without ports; any where not given. See `hostsFor`. */
  readonly hosts?: readonly string[] | undefined;
  readonly limits?: Partial<Limits>;
  /** Told of what broke; the caller is only told its id. */
  readonly onError?: (error: unknown, request: FailedRequest) => void;
}

/** The dependencies with what was not told filled in. */
export interface AppParts extends Required<Omit<AppDependencies, 'webRoot' | 'hosts' | 'limits'>> {
  readonly webRoot: string | undefined;
  readonly hosts: readonly string[] | undefined;
  readonly limits: Limits;
  readonly newId: () => string;
  /** Answers so far, by their status. */
  readonly answers: Map<number, number>;
}

export function partsOf(given: AppDependencies): AppParts {
  return {
    clock: systemClock,
    secureCookies: false,
    onError: () => {},
    newId: randomUUID,
    answers: new Map(),
    webRoot: undefined,
    hosts: undefined,
    ...given,
    limits: { ...DEFAULT_LIMITS, ...given.limits },
  };
}

/** What the audit trail says of a change. Secrets have no place in `detail`. */
export function auditEntry(actor: Actor, action: string, target: string, detail?: Json): NewAuditEntry {
  return { actor: actor.name, action, target, detail: detail ?? null };
}
