import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'vitest';
import { hasChromium } from './browser.ts';
import { hasPostgres } from './postgres.ts';

/** Folder of the real data. Tests read it and never copy from it. */
export const dataFolder = resolve(process.env.CARACAL_DATA ?? '../shared/data');

/** What some tests need besides Node, and how to see whether it is here. */
const requirements = {
  data: { here: () => existsSync(dataFolder), missing: `no real data in ${dataFolder} (set CARACAL_DATA)` },
  chromium: {
    here: hasChromium,
    missing: "no Chromium here (Debian's package is chromium; CARACAL_CHROMIUM names another)",
  },
  postgres: { here: hasPostgres, missing: "no PostgreSQL server here (Debian's package is postgresql)" },
} as const;

type Requirement = keyof typeof requirements;

/**
 * A `describe` for tests that need something the machine may lack. Missing: they skip
 * and say why. Missing although `CARACAL_REQUIRE` (a comma-separated list) names it: they fail.
 */
export function needs(name: Requirement): (title: string, suite: () => void) => void {
  const requirement = requirements[name];
  return (title, suite) => {
    if (requirement.here()) return describe(title, suite);
    const required = (process.env.CARACAL_REQUIRE ?? '').split(',').includes(name);
    return describe(title, () => {
      if (required) {
        it(`needs ${name}`, () => {
          throw new Error(`CARACAL_REQUIRE names ${name}, but there is ${requirement.missing}`);
        });
      } else {
        it(`skipped: ${requirement.missing}`, ({ skip }) => skip(requirement.missing));
      }
    });
  };
}
