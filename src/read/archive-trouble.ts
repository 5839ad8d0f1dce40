/** What can be wrong with a stream: packed, it ends early, is damaged, or unpacks to more than it should; or its file was cut while it was read. */
export type ArchiveTroubleCode = 'truncated-archive' | 'damaged-archive' | 'archive-bomb' | 'file-cut';

/** A stream that cannot be read to its end; whatever could be read came before it. */
export class ArchiveTrouble extends Error {
  override readonly name = 'ArchiveTrouble';
  readonly code: ArchiveTroubleCode;

  constructor(code: ArchiveTroubleCode, options?: ErrorOptions) {
    super(TROUBLES[code], options);
    this.code = code;
  }
}

/** An archive is a bomb when it unpacks to more than 256 MiB and more than 500 times its packed size. */
export function isBomb(packed: number, unpacked: number): boolean {
  return unpacked > BOMB_BYTES && unpacked > packed * BOMB_RATIO;
}

// --- internal ---

const BOMB_BYTES = 256 * 1024 * 1024;
const BOMB_RATIO = 500;

const TROUBLES: Readonly<Record<ArchiveTroubleCode, string>> = {
  'truncated-archive': 'the archive ends early',
  'damaged-archive': 'the archive is damaged',
  'archive-bomb': 'the archive unpacks to far more than its size',
  'file-cut': 'the file was cut while it was read',
};
