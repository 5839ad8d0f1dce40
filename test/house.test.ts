import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rankOverrides, ranks } from '../scripts/import-ranks.ts';

const house = mkdtempSync(join(tmpdir(), 'caracal-house-'));
afterAll(() => rmSync(house, { recursive: true }));

/** Lints a small house with the project's own rules and gives the names of the rules that fired. */
function lint(files: Record<string, string>): string[] {
  rmSync(join(house, 'src'), { recursive: true, force: true });
  cpSync('biome.json', join(house, 'biome.json'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(house, path, '..'), { recursive: true });
    writeFileSync(join(house, path), content);
  }
  const run = () =>
    execFileSync(resolve('node_modules/.bin/biome'), ['lint', '--reporter=json', '--vcs-enabled=false', 'src'], {
      cwd: house,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
  let report: string;
  try {
    report = run();
  } catch (error) {
    report = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(report) as { diagnostics: { category: string; severity: string }[] };
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ category }) => category.split('/').at(-1) ?? '');
}

try {
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'));
} catch (cause) {
  throw new Error('the house for the lint tests could not be built', { cause });
}

describe('the order of the folders', () => {
  it('covers every folder and file under src', () => {
    const free = new Set(['types', 'errors', 'index']);
    const found = readdirSync('src').map((name) => name.replace(/\.ts$/, ''));
    expect(found.filter((name) => !free.has(name) && ranks[name] === undefined)).toEqual([]);
  });

  it('is what biome.json says', () => {
    const { overrides } = JSON.parse(readFileSync('biome.json', 'utf8'));
    expect(overrides).toEqual(expect.arrayContaining(rankOverrides()));
  });

  it('lets a folder import from a lower rank', () => {
    const files = {
      'src/util/a.ts': 'export const a = 1;\n',
      'src/read/b.ts': "import { a } from '../util/a.ts';\n\nexport const b = a;\n",
    };
    expect(lint(files)).toEqual([]);
  });

  it.each([
    ['a higher rank', 'src/read/b.ts', '../models/a.ts'],
    ['the same rank', 'src/read/b.ts', '../parse/a.ts'],
    ['a higher rank from a nested folder', 'src/simulate/activities/b.ts', '../../server/a.ts'],
  ])('refuses an import from %s', (_, path, from) => {
    const target = join(path, '..', from);
    expect(
      lint({ [target]: 'export const a = 1;\n', [path]: `import { a } from '${from}';\n\nexport const b = a;\n` }),
    ).toContain('noRestrictedImports');
  });

  it('refuses a type import from a higher rank', () => {
    const files = {
      'src/models/a.ts': 'export type A = 1;\n',
      'src/read/b.ts': "import type { A } from '../models/a.ts';\n\nexport const b: A = 1;\n",
    };
    expect(lint(files)).toContain('noRestrictedImports');
  });

  it('refuses a cycle, of types too', () => {
    const files = {
      'src/util/a.ts': "import type { B } from './b.ts';\n\nexport interface A {\n  b: B;\n}\n",
      'src/util/b.ts': "import type { A } from './a.ts';\n\nexport interface B {\n  a: A;\n}\n",
    };
    expect(lint(files)).toContain('noImportCycles');
  });

  it('keeps Node out of the core', () => {
    const reads = "import { readFileSync } from 'node:fs';\n\nexport const text = readFileSync('x');\n";
    expect(lint({ 'src/models/a.ts': reads })).toContain('noNodejsModules');
    expect(lint({ 'src/read/a.ts': reads })).toEqual([]);
    expect(lint({ 'src/tensor/runtime.ts': reads })).toEqual([]);
    expect(lint({ 'src/hunt/a.ts': 'export const bytes = Buffer.alloc(1);\n' })).toContain('noRestrictedGlobals');
  });
});
