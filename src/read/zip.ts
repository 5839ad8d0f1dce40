import * as yauzl from 'yauzl';
import { CaracalError } from '../errors.ts';
import { ArchiveTrouble, isBomb } from './archive-trouble.ts';
import { ENTRY_MARK } from './zip-path.ts';

/** A file within a zip. */
export interface ZipEntry {
  /** Path of the archive, `!/` and the name of the file. */
  readonly path: string;
  /** Unpacked bytes. */
  readonly size: number;
  /** Epoch ms, from the wall clock that the archive holds, taken as UTC. */
  readonly modified: number;
}

/** What is in a zip: files that can be read, and those that are refused with the reason. */
export interface ZipListing {
  readonly entries: readonly ZipEntry[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/** Files that a zip may hold. */
const MOST_ENTRIES = 10_000;

/**
 * The files in a zip, by name; nothing is written to disk, and a name that climbs out of
 * the archive is refused all the same.
 *
 * @throws CaracalError `E_ARCHIVE` for a zip that cannot be opened, `E_LIMIT` beyond 10,000 files
 */
export async function listZip(archive: string): Promise<ZipListing> {
  const entries = new Map<string, ZipEntry>();
  const refused: { name: string; why: string }[] = [];
  await withZip(archive, async (zip) => {
    if (zip.entryCount > MOST_ENTRIES) {
      throw new CaracalError('E_LIMIT', `${archive} holds more than 10,000 files. Unpack it and name the folder.`, {
        file: archive,
      });
    }
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith('/')) continue;
      const why = whyNot(name, entry) ?? (entries.has(name) ? 'its name occurs twice' : undefined);
      if (why !== undefined) refused.push({ name, why });
      else {
        const modified = entry.getLastModDate({ timezone: 'UTC' }).getTime();
        entries.set(name, { path: `${archive}${ENTRY_MARK}${name}`, size: entry.uncompressedSize, modified });
      }
    }
  });
  return { entries: [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), refused };
}

/**
 * Unpacked bytes of a file in a zip.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_ARCHIVE`
 * @throws ArchiveTrouble after the last readable byte
 */
export async function* zipChunks(archive: string, name: string): AsyncGenerator<Uint8Array> {
  const zip = await openZip(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (nameOf(entry) !== name || whyNot(name, entry) !== undefined) continue;
      let given = 0;
      try {
        for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
          given += chunk.length;
          if (isBomb(entry.compressedSize, given)) throw new ArchiveTrouble('archive-bomb');
          yield chunk;
        }
      } catch (error) {
        if (error instanceof ArchiveTrouble) throw error;
        throw new ArchiveTrouble('damaged-archive', { cause: error });
      }
      return;
    }
  } finally {
    zip.close();
  }
  throw new CaracalError('E_FILE_MISSING', `${archive} holds no file ${name}. List it with unzip -l.`, {
    file: `${archive}${ENTRY_MARK}${name}`,
  });
}

// --- internal ---

async function openZip(archive: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(archive, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError(
      'E_ARCHIVE',
      `${archive} cannot be opened as a zip (${why}). Fetch or pack it again.`,
      { file: archive },
      { cause },
    );
  }
}

async function withZip(archive: string, use: (zip: yauzl.ZipFile) => Promise<void>): Promise<void> {
  const zip = await openZip(archive);
  try {
    await use(zip);
  } catch (cause) {
    if (cause instanceof CaracalError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError(
      'E_ARCHIVE',
      `${archive} is a damaged zip (${why}). Fetch or pack it again.`,
      { file: archive },
      { cause },
    );
  } finally {
    zip.close();
  }
}

/** Names are decoded here, so that a wrong one concerns its own file and not the whole archive. */
function nameOf(entry: yauzl.Entry): string {
  return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
}

function whyNot(name: string, entry: yauzl.Entry): string | undefined {
  if (name === '' || yauzl.validateFileName(name) !== null) return 'its path climbs out of the archive';
  if (entry.isEncrypted()) return 'it is encrypted';
  return entry.canDecodeFileData() ? undefined : `its compression method ${entry.compressionMethod} is not known`;
}
