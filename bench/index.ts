/**
 * `npm run bench -- NAME [PART...] [--json]`: runs `bench/NAME.ts`, or only the named
 * parts of it, and prints what it measured, with method, hardware and raw samples.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CaracalError } from '../src/errors.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { json: { type: 'boolean', default: false } },
});
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.') && file !== 'index.ts')
  .map((file) => file.slice(0, -3));
const name = positionals[0] ?? '';
if (!names.includes(name)) {
  console.error(`bench: give one of ${names.join(', ')}, as in: npm run bench -- ${names[0]} --json`);
  process.exit(2);
}

const { main } = await import(`./${name}.ts`);
try {
  const result = await main({ json: values.json === true, only: positionals.slice(1) });
  console.log(values.json ? JSON.stringify(result) : render(result));
} catch (error) {
  if (!(error instanceof CaracalError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

function render(value: unknown, indent = ''): string {
  if (value === null || typeof value !== 'object') return `${indent}${value}`;
  return Object.entries(value)
    .map(([key, part]) => {
      if (Array.isArray(part) && part.every((item) => typeof item !== 'object'))
        return `${indent}${key}: ${part.join(' ')}`;
      if (part !== null && typeof part === 'object') return `${indent}${key}:\n${render(part, `${indent}  `)}`;
      return `${indent}${key}: ${part}`;
    })
    .join('\n');
}
