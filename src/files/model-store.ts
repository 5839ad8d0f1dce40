import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CaracalError } from '../errors.ts';
import { MANIFEST, type Manifest, readManifest } from './manifest.ts';
import { addPromotion, type Promotion, promoted, readPromotions } from './promotions.ts';

/** A folder of model directories, of which one is in use. */
export interface ModelStore {
  readonly directory: string;
  /** Every model directory in it, by name; one whose manifest cannot be read comes with the reason. */
  list(): Promise<StoreEntry[]>;
  /** The directory of the model of a name, `current` for the one in use. */
  locate(name: string): Promise<string>;
  /** The model in use, `null` where none was promoted. */
  current(): Promise<Promotion | null>;
  /** Who made which model current, and when, the oldest first. */
  history(): Promise<readonly Promotion[]>;
  /** Makes a model current. Promoting the current one changes nothing. */
  promote(name: string, who: Who): Promise<Promotion>;
  /** Makes the model current that was so before. */
  rollback(who: Who): Promise<Promotion>;
}

/** A model in a store. */
export interface StoreEntry {
  readonly name: string;
  readonly manifest: Manifest | CaracalError;
}

/** Who changes what is current, and when. */
export interface Who {
  readonly by: string;
  /** Epoch ms. */
  readonly time: number;
}

/** The name that stands for the model in use. */
export const CURRENT = 'current';

/**
 * Opens a store.
 *
 * @throws CaracalError `E_FILE_MISSING` where there is no such folder; its functions throw what
 *   `readManifest` and `readPromotions` throw, and `E_FILE_MISSING` for a model or a promotion that is not there
 */
export async function openModelStore(directory: string): Promise<ModelStore> {
  const names = await modelNames(directory);

  const manifestOf = (name: string): Promise<Manifest> => readManifest(join(directory, known(name)));
  const known = (name: string): string => {
    if (names.includes(name)) return name;
    const others = names.length > 0 ? `It has ${names.join(', ')}` : 'It has none: make one with caracal train';
    throw new CaracalError('E_FILE_MISSING', `${directory}: has no model '${name}'. ${others}.`, { file: directory });
  };
  /** The promotion of a model that is still the one that was promoted. */
  const unchanged = async (promotion: Promotion): Promise<Promotion> => {
    const { integrity } = await manifestOf(promotion.model);
    if (integrity === promotion.integrity) return promotion;
    throw new CaracalError(
      'E_MODEL_CORRUPT',
      `${join(directory, promotion.model)}: is not the model that was promoted at ${promotion.time}, it was replaced since. Promote it again, or another one.`,
      { file: join(directory, promotion.model) },
    );
  };
  const history = async (): Promise<Promotion[]> => (await readPromotions(directory)) ?? [];
  const current = async (): Promise<Promotion | null> => promoted(await history()).at(-1) ?? null;
  const record = async (promotion: Promotion): Promise<Promotion> => {
    await addPromotion(directory, promotion);
    return promotion;
  };

  return {
    directory,
    history,
    current,

    list: () =>
      Promise.all(
        names.map(async (name) => ({
          name,
          manifest: await readManifest(join(directory, name)).catch((error: unknown) => {
            if (error instanceof CaracalError) return error;
            throw error;
          }),
        })),
      ),

    async locate(name) {
      if (name !== CURRENT) return join(directory, known(name));
      const promotion = await current();
      if (promotion) return join(directory, (await unchanged(promotion)).model);
      throw new CaracalError(
        'E_FILE_MISSING',
        `${directory}: no model is current. Choose one with caracal models promote.`,
        { file: directory },
      );
    },

    async promote(name, { by, time }) {
      const before = await history();
      const { integrity } = await manifestOf(name);
      const now = promoted(before).at(-1);
      if (now?.model === name && now.integrity === integrity) return now;
      return record({ action: 'promote', model: name, integrity, by, time: new Date(time).toISOString() });
    },

    async rollback({ by, time }) {
      const before = await history();
      const previous = promoted(before).at(-2);
      if (!previous) {
        throw new CaracalError(
          'E_FILE_MISSING',
          `${directory}: no model was current before, so there is nothing to go back to. Choose one with caracal models promote.`,
          { file: directory },
        );
      }
      const { model, integrity } = await unchanged(previous);
      return record({ action: 'rollback', model, integrity, by, time: new Date(time).toISOString() });
    },
  };
}

/**
 * A directory that a user named as a model: a store stands for its current model.
 *
 * @throws CaracalError as `openModelStore`
 */
export async function resolveModel(directory: string): Promise<string> {
  const promotions = await readPromotions(directory);
  return promotions === null ? directory : (await openModelStore(directory)).locate(CURRENT);
}

// --- internal ---

async function modelNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new CaracalError(
      missing ? 'E_FILE_MISSING' : 'E_FILE_UNREADABLE',
      `${directory}: ${missing ? 'does not exist' : 'is no folder that can be read'}. Give --store a folder of models made by caracal train.`,
      { file: directory },
      { cause },
    );
  });
  const names: string[] = [];
  for (const entry of entries) {
    // What a killed train leaves is no model of the store.
    if (/\.(partial|old)$/.test(entry.name) || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
    const files = await readdir(join(directory, entry.name)).catch((): string[] => []);
    if (files.includes(MANIFEST)) names.push(basename(entry.name));
  }
  return names.sort();
}
