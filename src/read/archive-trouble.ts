/** What can be wrong with a packed stream: it ends early, is damaged, or unpacks to more than it should. */
export type ArchiveTroubleCode = 'truncated-archive' | 'damaged-archive' | 'archive-bomb';

/** A packed stream that cannot be read to its end; whatever could be unpacked came before it. */
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
};
