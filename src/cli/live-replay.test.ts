import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { workspace } from '../../test/support/workspace.ts';
import type { RunningService } from '../service/index.ts';
import { simulate } from '../simulate/index.ts';
import { prepareReplay } from './live-replay.ts';

const { directory } = workspace();
const simulation = simulate({ days: 2, hosts: 7, users: 3, scale: 0.2, intrusionDay: 1 });

describe('a live replay', () => {
  it('writes a history, then what lies before the intruder, each file as it was', async () => {
    const replay = await prepareReplay(directory('replay'), simulation);
    const written = (): string[][] => replay.files.map((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
    const count = (): number => written().reduce((sum, lines) => sum + lines.length, 0);
    const all = [...simulation.files.values()];
    const total = all.reduce((sum, lines) => sum + lines.length, 0);
    expect(count()).toBe(replay.learned);
    expect(replay.learned).toBeGreaterThan(1000);
    expect(replay.learned).toBeLessThan(total / 2);

    const service = { status: () => ({ phase: 'live', totals: { lines: count() } }) } as unknown as RunningService;
    const done = replay.run(service);
    const [reconnaissance] = Object.values(simulation.phases);
    expect(replay.liveFrom).toBeGreaterThan(Date.parse(reconnaissance?.[0] ?? ''));
    await vi.waitFor(() => expect(count()).toBeGreaterThan(total / 2), { timeout: 20_000 });
    replay.stop();
    await done;
    expect(count()).toBeLessThan(total);
    written().forEach((lines, i) => {
      const whole = simulation.files.get(`logs/${basename(replay.files[i] ?? '')}`);
      expect(lines).toEqual(whole?.slice(0, lines.length));
    });
  });
});
