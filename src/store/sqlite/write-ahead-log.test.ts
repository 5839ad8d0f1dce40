import { closeSync, openSync, statSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { workspace } from '../../../test/support/workspace.ts';
import { openSqliteClient } from './sqlite-client.ts';
import { takeOverLog } from './write-ahead-log.ts';

const { path } = workspace();

it.each([
  ['the one that writes', ['writer', 'cleaner'] as const],
  ['the one that takes over, of an empty file that has no log yet', ['cleaner', 'writer'] as const],
])('takes over what others write, whoever opens first: %s', async (_, roles) => {
  const file = path(`${roles[0]}-first.db`);
  closeSync(openSync(file, 'a'));
  const options = { path: file, busyTimeout: 5000, maxBytes: 0 };
  const opened = new Map<string, Awaited<ReturnType<typeof openSqliteClient>>>();
  for (const role of roles) opened.set(role, await openSqliteClient({ ...options, role }));
  const writer = opened.get('writer');
  const cleaner = opened.get('cleaner');
  if (!writer || !cleaner) throw new Error('not opened');

  const end = takeOverLog(cleaner, 10);
  try {
    await writer.run('create table lines (text)', []);
    await writer.run('insert into lines select hex(zeroblob(1000)) from generate_series(1, 1000)', []);
    // Less than what a commit takes over by itself.
    expect(statSync(`${file}-wal`).size).toBeLessThan(60_000_000);
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(1_000_000), { timeout: 5000 });
  } finally {
    end();
    await cleaner.close();
    await writer.close();
  }
});
