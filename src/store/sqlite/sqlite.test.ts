import { statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { workspace } from '../../../test/support/workspace.ts';
import { openStore } from '../open-store.ts';
import { storeCases } from '../store.case.ts';

const { path } = workspace();
let files = 0;

describe('SQLite', () => storeCases(async () => path(`store-${++files}.db`)));

it('takes the write-ahead log over into the file beside those who write', async () => {
  const file = path('cleaned.db');
  const store = await openStore(file);
  try {
    const line = { source: 1, sequence: 0, time: 1, host: null, app: null, level: null, template: null };
    await store.records.append(Array.from({ length: 5000 }, () => ({ ...line, text: 'x'.repeat(200) })));
    // Less than a commit takes over by itself, and nobody closes the file.
    expect(statSync(`${file}-wal`).size).toBeLessThan(60_000_000);
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(1_000_000), { timeout: 20_000 });
  } finally {
    await store.close();
  }
});
