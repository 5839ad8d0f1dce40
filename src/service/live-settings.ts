import { DEFAULT_SETTINGS, type Settings, settingsSchema } from '../config/index.ts';
import { CaracalError } from '../errors.ts';
import type { Json, Store } from '../store/index.ts';

/** Settings that people change while the service runs; the database keeps them. */
export interface LiveSettings {
  readonly current: Settings;
  /**
   * Changes some.
   *
   * @throws CaracalError `E_USAGE` for a value that is none; as `apply`, and then nothing is changed
   */
  change(some: Partial<Settings>): Promise<Settings>;
}

/**
 * Reads the settings of a database.
 *
 * @param apply takes settings into use, now and at each change, before they hold; throws where it cannot
 * @throws CaracalError `E_CONFIG` where they were written by another version; as `apply`
 */
export async function openSettings(
  store: Store,
  apply: (settings: Settings) => void | Promise<void>,
): Promise<LiveSettings> {
  let current = await read(store);
  await apply(current);
  return {
    get current() {
      return current;
    },
    change: async (some) => {
      const parsed = settingsSchema.safeParse({ ...current, ...some });
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new CaracalError(
          'E_USAGE',
          `Setting ${issue?.path.join('.')}: ${issue?.message}. Correct it and send it again.`,
        );
      }
      await apply(parsed.data);
      current = parsed.data;
      await store.settings.write(NAME, current as unknown as Json);
      return current;
    },
  };
}

// --- internal ---

const NAME = 'service';

async function read(store: Store): Promise<Settings> {
  const stored = await store.settings.read(NAME);
  if (stored === null) return DEFAULT_SETTINGS;
  const parsed = settingsSchema.safeParse({ ...DEFAULT_SETTINGS, ...(stored as object) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CaracalError(
    'E_CONFIG',
    `The settings in the database do not fit: ${issue?.path.join('.')}: ${issue?.message}. They were written by another version; update caracal.`,
  );
}
