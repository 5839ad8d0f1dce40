/**
 * From log files to hunt windows with the library: `npx tsx examples/scan.ts FILE...`.
 * Without a file it scans the logs of a made-up company.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HuntWindow, scan, simulate } from 'caracal';

/** Windows of the given logs, the most urgent first. */
export async function hunt(files: readonly string[], year?: number): Promise<readonly HuntWindow[]> {
  const { windows, logs } = await scan(files, { ingest: { read: { year } } });
  await logs.dispose();
  return windows;
}

/** Windows in the logs of a made-up company. */
export async function huntInSimulation(): Promise<readonly HuntWindow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'caracal-example-'));
  try {
    const { files, start } = simulate({ seed: 1, days: 3, scale: 0.2 });
    for (const [name, lines] of files) await writeFile(join(folder, name.replace('logs/', '')), lines.join('\n'));
    return await hunt([folder], new Date(start).getUTCFullYear());
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = process.argv.slice(2);
  for (const { start, score, reason } of files.length > 0 ? await hunt(files) : await huntInSimulation()) {
    console.log(new Date(start).toISOString(), score.toFixed(2), reason);
  }
}
