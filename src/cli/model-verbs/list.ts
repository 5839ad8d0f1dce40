import { CaracalError } from '../../errors.ts';
import type { StoreEntry } from '../../files/index.ts';
import { EXIT } from '../exit.ts';
import { count, plural, table } from '../text.ts';
import { jsonLine, type ModelVerb } from './verb.ts';

/** `caracal models list`: what is in the store, and which model is current. */
export const list: ModelVerb = async ({ io, store, json }) => {
  const entries = await store.list();
  const current = await store.current();
  const isCurrent = ({ name, manifest }: StoreEntry): boolean =>
    name === current?.model && !(manifest instanceof CaracalError) && manifest.integrity === current.integrity;
  const damaged = entries.filter(({ manifest }) => manifest instanceof CaracalError).length;
  if (json) {
    for (const entry of entries) jsonLine(io, { type: 'model', ...entryJson(entry), current: isCurrent(entry) });
    jsonLine(io, {
      type: 'summary',
      store: store.directory,
      models: entries.length,
      damaged,
      current: current?.model ?? null,
    });
    return EXIT.done;
  }
  if (entries.length > 0) {
    io.out(
      table(
        entries,
        [
          { title: '', cell: (entry) => (isCurrent(entry) ? '*' : '') },
          { title: 'name', cell: ({ name }) => name },
          {
            title: 'model',
            cell: ({ manifest }) => (manifest instanceof CaracalError ? manifest.message : manifest.kind),
          },
          figure('keys', ({ vocabulary }) => count(vocabulary.length)),
          figure('events', ({ trainingEvents }) => count(trainingEvents)),
          figure('epochs', ({ history }) => count(history.length)),
          figure('seed', ({ seed }) => String(seed)),
          figure('version', ({ library }) => library),
        ],
        io.width,
      ),
    );
  }
  const state = current
    ? `* current since ${current.time.slice(0, 19).replace('T', ' ')}, by ${current.by}`
    : 'no model is current';
  io.out(`${entries.length > 0 ? '\n' : ''}${plural(entries.length, 'model')}, ${damaged} damaged; ${state}.\n`);
  return EXIT.done;
};

// --- internal ---

type Sound = Exclude<StoreEntry['manifest'], CaracalError>;

function figure(title: string, of: (manifest: Sound) => string) {
  const cell = ({ manifest }: StoreEntry): string => (manifest instanceof CaracalError ? '' : of(manifest));
  return { title, cell, align: 'right' as const };
}

function entryJson({ name, manifest }: StoreEntry): object {
  if (manifest instanceof CaracalError) return { name, error: manifest.message };
  const { kind, vocabulary, trainingEvents, trainingDataHash, history, seed, library, integrity } = manifest;
  return {
    name,
    model: kind,
    keys: vocabulary.length,
    trainingEvents,
    trainingDataHash,
    epochs: history.length,
    seed,
    library,
    integrity,
  };
}
