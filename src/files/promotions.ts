import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CaracalError } from '../errors.ts';

/** One change of the model that is in use. */
export interface Promotion {
  readonly action: 'promote' | 'rollback';
  /** Name of the model that was current afterwards. */
  readonly model: string;
  /** Its manifest's `integrity`: a model that was replaced since is another model. */
  readonly integrity: string;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** Name of the file of a store that says which of its models is current, and how that came about: a line for each change. */
export const PROMOTIONS = 'promotions.jsonl';

/**
 * The promotions of a store, the oldest first; `null` where none was ever made.
 *
 * @throws CaracalError `E_MODEL_FORMAT` for a newer format, `E_MODEL_CORRUPT` for a damaged file
 */
export async function readPromotions(store: string): Promise<Promotion[] | null> {
  const path = join(store, PROMOTIONS);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return null;
    throw new CaracalError('E_FILE_UNREADABLE', `${path}: cannot be read. Mend its permissions.`, { file: path });
  }
  if (!text.endsWith('\n')) throw damaged(path, 'its last line breaks off');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, i) => parseLine(line, path, i + 1));
}

/**
 * Adds one to the record. A line is added in one go, so that of two people who change the
 * current model at the same moment both are in the record, and the later one has it.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function addPromotion(store: string, promotion: Promotion): Promise<void> {
  const path = join(store, PROMOTIONS);
  try {
    await appendFile(path, `${JSON.stringify({ format: FORMAT, ...promotion })}\n`, { flush: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*/, '') : String(cause);
    throw new CaracalError(
      'E_FILE_UNWRITABLE',
      `${path}: cannot be written (${why}). Mend the permissions of the store.`,
      { file: path },
      { cause },
    );
  }
}

/** The models that were current and can be again, the current one last. A rollback goes back to the model that it names. */
export function promoted(promotions: readonly Promotion[]): Promotion[] {
  const stack: Promotion[] = [];
  for (const promotion of promotions) {
    const isCurrent = (): boolean => {
      const current = stack.at(-1);
      return current?.model === promotion.model && current.integrity === promotion.integrity;
    };
    if (promotion.action === 'promote' && !isCurrent()) stack.push(promotion);
    if (promotion.action === 'rollback') while (stack.length > 0 && !isCurrent()) stack.pop();
  }
  return stack;
}

// --- internal ---

const FORMAT = 1;

const schema = z.object({
  format: z.literal(FORMAT),
  action: z.enum(['promote', 'rollback']),
  model: z.string().regex(/^[^/\\]+$/),
  integrity: z.string(),
  by: z.string(),
  time: z.iso.datetime(),
});

function parseLine(line: string, path: string, number: number): Promotion {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw damaged(path, `line ${number} is no JSON`);
  }
  const format = z.object({ format: z.number() }).safeParse(json);
  if (format.success && format.data.format > FORMAT) {
    throw new CaracalError(
      'E_MODEL_FORMAT',
      `${path}: has format ${format.data.format}, this version of caracal reads ${FORMAT}. Update caracal.`,
      { file: path },
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw damaged(path, `line ${number}: ${z.prettifyError(parsed.error).replace(/\s+/g, ' ')}`);
  const { format: _, ...promotion } = parsed.data;
  return promotion;
}

function damaged(path: string, why: string): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `${path}: is damaged (${why}). Restore it, or remove it and promote a model again.`,
    { file: path },
  );
}
