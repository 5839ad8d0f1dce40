import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** Name of the file of a store that says which of its models is current, and how that came about. */
export const PROMOTIONS = 'current.json';

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
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(path, 'it is no JSON');
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
  if (!parsed.success) throw damaged(path, z.prettifyError(parsed.error).replace(/\s+/g, ' '));
  return parsed.data.promotions;
}

/**
 * Writes them. The file is replaced in one go, so that whoever reads it finds one model
 * current at every moment, and the record of it.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writePromotions(store: string, promotions: readonly Promotion[]): Promise<void> {
  const path = join(store, PROMOTIONS);
  const fresh = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await writeFile(fresh, `${JSON.stringify({ format: FORMAT, promotions }, null, 2)}\n`, { flush: true });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*/, '') : String(cause);
    throw new CaracalError(
      'E_FILE_UNWRITABLE',
      `${path}: cannot be written (${why}). Mend the permissions of the store.`,
      { file: path },
      { cause },
    );
  }
}

/** The models that were current and can be again, the current one last: a rollback takes the last one away. */
export function promoted(promotions: readonly Promotion[]): Promotion[] {
  const stack: Promotion[] = [];
  for (const promotion of promotions) {
    if (promotion.action === 'promote') stack.push(promotion);
    else stack.pop();
  }
  return stack;
}

// --- internal ---

const FORMAT = 1;

const schema = z.object({
  format: z.literal(FORMAT),
  promotions: z.array(
    z.object({
      action: z.enum(['promote', 'rollback']),
      model: z.string().regex(/^[^/\\]+$/),
      integrity: z.string(),
      by: z.string(),
      time: z.iso.datetime(),
    }),
  ),
});

function damaged(path: string, why: string): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `${path}: is damaged (${why}). Restore it, or remove it and promote a model again.`,
    { file: path },
  );
}
