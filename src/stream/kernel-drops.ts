import { readFile } from 'node:fs/promises';

/**
 * Datagrams for UDP port `port` that the kernel dropped because nobody fetched them, of
 * all sockets on that port; `undefined` where the system does not say (it does on Linux,
 * in `/proc/net/udp`).
 */
export async function kernelDrops(port: number): Promise<number | undefined> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let dropped: number | undefined;
  for (const table of ['/proc/net/udp', '/proc/net/udp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const row of text.split('\n').slice(1)) {
      const fields = row.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix)) dropped = (dropped ?? 0) + Number(fields.at(-1));
    }
  }
  return dropped;
}
