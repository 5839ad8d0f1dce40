import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary.ts';

/** Parts of a long list of numbers, put aside and given back in their order. */
export interface NumberSpool {
  append(part: Int32Array): Promise<void>;
  /** Every part, as it was appended. */
  parts(): AsyncGenerator<Int32Array>;
  dispose(): Promise<void>;
}

/** An empty spool, which keeps `most` numbers in memory and more in a file of its own. */
export function createNumberSpool(most = 4_000_000): NumberSpool {
  let held: Int32Array[] = [];
  let count = 0;
  /** Lengths of the parts in the file. */
  const lengths: number[] = [];
  let folder: TemporaryFolder | undefined;
  let file: FileHandle | undefined;

  const spill = async (): Promise<void> => {
    folder ??= await temporaryFolder('numbers');
    try {
      file ??= await open(join(folder.path, 'numbers'), 'wx+', 0o600);
      for (const part of held) await writeAll(file, part);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CaracalError(
        'E_FILE_UNWRITABLE',
        `the template numbers of a long log could not be put aside in ${tmpdir()} (${why}). Make room there.`,
        {},
        { cause },
      );
    }
    lengths.push(...held.map((part) => part.length));
    held = [];
    count = 0;
  };

  return {
    append: async (part) => {
      held.push(part);
      count += part.length;
      if (count > most) await spill();
    },
    parts: async function* () {
      let at = 0;
      for (const length of lengths) {
        const part = new Int32Array(length);
        await file?.read(new Uint8Array(part.buffer), 0, part.byteLength, at);
        at += part.byteLength;
        yield part;
      }
      yield* held;
    },
    dispose: async () => {
      await file?.close();
      await folder?.remove();
    },
  };
}

// --- internal ---

async function writeAll(file: FileHandle, part: Int32Array): Promise<void> {
  const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
