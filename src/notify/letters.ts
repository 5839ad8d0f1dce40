import { isMessage, type NotifyMessage } from './message.ts';

/** A message to one target, as it is kept until it is delivered. */
export interface NewLetter {
  /** Name of the target. */
  readonly notifier: string;
  readonly alert: string | null;
  /** The message. */
  readonly payload: Payload;
  readonly error: string;
  readonly attempts: number;
}

/** JSON, as a store keeps it. */
export type Payload = null | boolean | number | string | readonly Payload[] | { readonly [key: string]: Payload };

export interface Letter extends NewLetter {
  readonly id: number;
}

/** Where letters are kept; `store.deadLetters` is one. */
export interface LetterBox {
  add(letter: NewLetter): Promise<Letter>;
  failed(id: number, error: string): Promise<void>;
  delivered(id: number): Promise<void>;
  page(
    filter: { readonly delivered?: boolean },
    request: { readonly cursor?: string | null; readonly limit?: number },
  ): Promise<{ readonly items: readonly Letter[]; readonly cursor: string | null }>;
}

/** The error of a letter that no one tries to deliver any more unless told begins so. */
export const GIVEN_UP = 'Given up';

/** A message to a target, before anybody tried. */
export function letterOf(notifier: string, message: NotifyMessage): NewLetter {
  const payload = JSON.parse(JSON.stringify(message)) as Payload;
  const alert = message.type === 'alert' ? message.alert.id : null;
  return { notifier, alert, payload, error: 'Not delivered yet', attempts: 0 };
}

/** The message in a letter, `null` where it holds something else. */
export function messageIn({ payload }: NewLetter): NotifyMessage | null {
  const value: unknown = payload;
  return isMessage(value) ? value : null;
}

/** All letters that wait, the oldest first. */
export async function waitingLetters(letters: LetterBox): Promise<Letter[]> {
  const found: Letter[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<LetterBox['page']>> = await letters.page(
      { delivered: false },
      { cursor, limit: 1000 },
    );
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return found.reverse();
}
