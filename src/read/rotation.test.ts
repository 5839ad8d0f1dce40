import { expect, it } from 'vitest';
import { inRotationOrder } from './rotation.ts';

const order = (...paths: string[]): string[] => inRotationOrder(paths, (path) => path);

it('puts rotated files in the order they were written in', () => {
  expect(order('auth.log', 'auth.log.1', 'auth.log.10.gz', 'auth.log.2.gz')).toEqual([
    'auth.log.10.gz',
    'auth.log.2.gz',
    'auth.log.1',
    'auth.log',
  ]);
  expect(order('m', 'm-20170408.gz', 'm-20170401.zst')).toEqual(['m-20170401.zst', 'm-20170408.gz', 'm']);
});

it('keeps other files and other folders where they are', () => {
  expect(order('b', 'x/a.1', 'a.log', 'a.1', 'x/a', 'a')).toEqual(['b', 'x/a.1', 'a.log', 'a.1', 'x/a', 'a']);
  expect(order('x/a', 'b', 'x/a.1')).toEqual(['x/a.1', 'b', 'x/a']);
});
