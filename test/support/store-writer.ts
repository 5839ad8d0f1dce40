/**
 * `store-writer.ts URL`: goes on from the checkpoint of a store, a transaction at a time,
 * for ever, and prints the version of each once it is acknowledged.
 */
import { newAlert } from '../../src/store/cases/sample-alerts.case.ts';
import { openStore } from '../../src/store/index.ts';

/** Lines and events that each transaction adds. */
export const STEP = 100;

async function main(url: string): Promise<void> {
  const store = await openStore(url);
  const { id } = await store.sources.open({ name: 'endless', kind: 'file', format: 'text' });
  let version = (await store.checkpoints.read('main'))?.version ?? 0;
  for (;;) {
    const position = version;
    version = await store.transaction(async (to) => {
      const line = { source: id, time: null, host: null, app: null, level: null, template: null };
      const lines = Array.from({ length: STEP }, (_, i) => ({
        ...line,
        sequence: position * STEP + i,
        text: 'a line',
      }));
      await to.records.append(lines);
      await to.counts.add([{ time: 0, source: id, channel: 'c', events: STEP, flagged: 1 }]);
      // Every other one is of the hour before: an alert grows.
      await to.alerts.upsert([newAlert({ id: `alert ${position >> 1}`, count: 1 + (position & 1) })]);
      await to.sources.advance(id, { generation: 'g', position: position + 1, lines: STEP });
      return to.checkpoints.write('main', new Uint8Array(50_000).fill(position & 255), position);
    });
    process.stdout.write(`${version}\n`);
  }
}

if (process.argv[2] !== undefined) await main(process.argv[2]);
