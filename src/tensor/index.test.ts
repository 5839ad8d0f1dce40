import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as tensorLibrary from './index.ts';

describe('the example in the documentation of the tensor library', () => {
  test('runs as written and finds w = 2 and b = 1', async () => {
    const source = readFileSync(new URL('./index.ts', import.meta.url), 'utf8');
    const example = /```ts\n([\s\S]*?)```/.exec(source)?.[1]?.replaceAll(/^ \* ?/gm, '');
    expect(example).toContain('trainer.parameters();');
    const names = Object.keys(tensorLibrary);
    const body = (example ?? '').replace('trainer.parameters();', 'return trainer.parameters();');
    const AsyncFunction = (async () => {}).constructor as new (
      ...code: string[]
    ) => (...values: unknown[]) => Promise<tensorLibrary.Tensors>;
    const { w, b } = await new AsyncFunction(...names, body)(...Object.values(tensorLibrary));
    expect(w?.data[0]).toBeCloseTo(2, 2);
    expect(b?.data[0]).toBeCloseTo(1, 2);
  });
});
