/**
 * Paths with every rotated set in the order in which it was written: `auth.log.2.gz`,
 * `auth.log.1`, `auth.log`, or `auth.log-20170401`, `auth.log-20170408`, `auth.log`. The
 * files of a set stand where the set's files stood; everything else keeps its place.
 * It decides where lines have no times; where they have, those do.
 */
export function inRotationOrder<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const ages = items.map((item) => ageOf(pathOf(item)));
  const places = new Map<string, number[]>();
  ages.forEach(({ set }, i) => {
    const known = places.get(set);
    if (known) known.push(i);
    else places.set(set, [i]);
  });
  const ordered = [...items];
  for (const members of places.values()) {
    const sorted = [...members].sort((a, b) => compareAges(ages[a], ages[b]) || a - b);
    members.forEach((place, i) => {
      const item = items[sorted[i] ?? place];
      if (item !== undefined) ordered[place] = item;
    });
  }
  return ordered;
}

// --- internal ---

interface Age {
  /** The path without what rotation added. */
  readonly set: string;
  /** Number of times it was rotated, 0 for the file being written. */
  readonly rotations: number;
  /** Date in its name, empty for the file being written. */
  readonly date: string;
}

function ageOf(path: string): Age {
  const bare = path.replace(/\.(gz|zst|zip|bz2|xz)$/i, '');
  const numbered = /^(.+)\.(\d{1,4})$/.exec(bare);
  if (numbered) return { set: numbered[1] ?? bare, rotations: Number(numbered[2]), date: '' };
  const dated = /^(.+)[-.](\d{8}(?:[-T_]?\d{2,6})?|\d{4}-\d{2}-\d{2}(?:[-T_]\d{2,6})?)$/.exec(bare);
  if (dated) return { set: dated[1] ?? bare, rotations: 0, date: dated[2] ?? '' };
  return { set: bare, rotations: 0, date: '' };
}

/** The earlier written first. */
function compareAges(a: Age | undefined, b: Age | undefined): number {
  if (!a || !b) return 0;
  if (a.rotations !== b.rotations) return b.rotations - a.rotations;
  if (a.date === b.date) return 0;
  if (a.date === '' || b.date === '') return a.date === '' ? 1 : -1;
  return a.date < b.date ? -1 : 1;
}
