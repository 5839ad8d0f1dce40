import { afterEach, describe, expect, test } from 'vitest';
import type { NotifyTarget } from '../config/index.ts';
import { CaracalError } from '../errors.ts';
import { createNotifier } from './create-notifier.ts';
import type { Notifier, NotifyContext } from './notifier.ts';
import { alertMessage, hostileMessage, windowMessage } from './sample-messages.case.ts';

/** A receiver, and the target that leads to it. */
export interface NotifierWorld {
  readonly target: NotifyTarget;
  readonly context: NotifyContext;
  /** The first `count` messages as they arrived, each as text; waits for them. */
  received(count: number): Promise<string[]>;
  /** Nobody is there any more. */
  leave?(): Promise<void>;
  /** Somebody is there again. */
  comeBack?(): Promise<void>;
  /** From now on it takes what comes and never answers. */
  fallSilent?(): Promise<void>;
  end(): Promise<void>;
}

/** What every notifier promises. */
export interface NotifierCase {
  readonly name: string;
  begin(): Promise<NotifierWorld>;
  /** The parts of what arrived that would come to life if log text did; checks them and gives all text that a person reads. */
  read(received: string): string;
  /** Why it cannot tell that nobody is there. */
  readonly cannotTell?: string;
  /** Why nothing can keep it waiting. */
  readonly neverWaits?: string;
}

/** The conformance suite of notifiers. */
export function notifierCases({ name, begin, read, cannotTell, neverWaits }: NotifierCase): void {
  let world: NotifierWorld | undefined;
  let notifier: Notifier | undefined;
  const { signal } = new AbortController();
  const start = async (): Promise<{ readonly world: NotifierWorld; readonly notifier: Notifier }> => {
    world = await begin();
    notifier = createNotifier(world.target, world.context);
    return { world, notifier };
  };
  describe(name, () => {
    afterEach(async () => {
      await notifier?.close();
      await world?.end();
      notifier = undefined;
      world = undefined;
    });

    test('hands over each message once, in order, with its id', async () => {
      const { world, notifier } = await start();
      const messages = [alertMessage(), windowMessage(), alertMessage({ id: 'alert-2' })];
      for (const message of messages) await notifier.deliver(message, signal);
      const received = await world.received(3);
      expect(received).toHaveLength(3);
      for (const [i, message] of messages.entries()) expect(read(received[i] ?? '')).toContain(message.id);
    });

    test('shows what logs say as text, whatever they say', async () => {
      const { world, notifier } = await start();
      await notifier.deliver(hostileMessage(), signal);
      const [received = ''] = await world.received(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
      expect(received.replace(/\n$/, '')).not.toMatch(/[\x00-\x1f\x7f]/);
      expect(read(received)).toContain('root');
    });

    test('says that nobody is there, and goes on when somebody is', async ({ skip }) => {
      if (cannotTell) skip(cannotTell);
      const { world, notifier } = await start();
      await world.leave?.();
      const failed = await notifier.deliver(alertMessage(), signal).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(CaracalError);
      expect(failed).toMatchObject({ code: 'E_NOTIFY', data: { retry: true } });
      expect(String(failed)).toContain(world.target.name);
      await world.comeBack?.();
      await notifier.deliver(alertMessage(), signal);
      expect(await world.received(1)).toHaveLength(1);
    });

    test('ends when it is called off', async ({ skip }) => {
      if (neverWaits) skip(neverWaits);
      const { world, notifier } = await start();
      await world.fallSilent?.();
      const controller = new AbortController();
      const failed = notifier.deliver(alertMessage(), controller.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      expect(await failed).toMatchObject({ code: 'E_NOTIFY', data: { retry: true } });
    });

    test('can be closed twice', async () => {
      const { notifier } = await start();
      await notifier.close();
      await notifier.close();
    });
  });
}
