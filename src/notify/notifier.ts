import type { NotifyMessage } from './message.ts';

/** One place that messages go to. Implementations run the suite of `notifier.case.ts`. */
export interface Notifier {
  readonly name: string;
  /**
   * Hands one message over, once; who calls tries again.
   *
   * @throws CaracalError `E_NOTIFY`; `data.retry` says whether the same may succeed later,
   *   `data.wait` after how many ms the receiver wants it
   */
  deliver(message: NotifyMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What notifiers know of the world. */
export interface NotifyContext {
  /** Epoch ms. */
  now(): number;
  /** Name of this machine in syslog headers, its own unless told. */
  readonly hostname?: string | undefined;
  /** Version of this program in CEF headers. */
  readonly version?: string | undefined;
  /** PEM certificates that syslog over TLS trusts, those of the system unless told. */
  readonly ca?: string | undefined;
}
