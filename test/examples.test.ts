import { describe, expect, it } from 'vitest';
import { huntInSimulation } from '../examples/scan.ts';

describe('the examples', () => {
  it('scan.ts finds windows', async () => {
    const windows = await huntInSimulation();
    expect(windows.length).toBeGreaterThan(0);
    expect(windows.map(({ score }) => score)).toEqual(windows.map(({ score }) => score).sort((a, b) => b - a));
  });
});
