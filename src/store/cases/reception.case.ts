import { beforeAll, expect, it } from 'vitest';
import type { NewRecord } from '../types.ts';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

/** Sources, raw lines, templates. */
export function receptionCases(tests: StoreTests): void {
  let test: TestStore;
  beforeAll(async () => {
    test = await tests.fresh();
  });
  const line = (record: Partial<NewRecord>): NewRecord => ({
    ...{ source: 1, sequence: 0, time: 1000, host: null, app: null, level: null, template: null, text: '' },
    ...record,
  });

  it('keeps a source by its name, and how far it was read', async () => {
    const { sources } = test.store;
    const { id } = await sources.open({ name: '/var/log/auth.log', kind: 'file', format: 'text' });
    const position = { offset: 2 ** 40, partial: 'Mar 27 \u0000 "quoted" ✓', files: [1, null] };
    await sources.advance(id, { generation: 'a1', position, lastSeen: 5000.75, lag: 12.5, lines: 10, drops: 1 });
    await sources.advance(id, { generation: 'a2', position, lines: 5, drops: 2 });
    const again = await sources.open({ name: '/var/log/auth.log', kind: 'file', format: 'rfc3164' });
    expect(again).toEqual({
      ...{ id, name: '/var/log/auth.log', kind: 'file', format: 'rfc3164', generation: 'a2', position },
      ...{ created: test.clock.now, lastSeen: 5000, lag: 12.5, lines: 15, drops: 3, gaps: 0 },
    });
    expect(await sources.get(id)).toEqual(again);
    expect(await sources.get(id + 99)).toBeNull();
  });

  it('keeps what is missing of a source', async () => {
    const { sources } = test.store;
    const { id } = await sources.open({ name: 'udp:514', kind: 'syslog-udp', format: 'rfc3164' });
    await sources.reportGap(id, { from: 10, to: 20, missing: 7, reason: 'the queue was full' });
    await sources.reportGap(id, { from: null, to: null, missing: null, reason: 'restarted' });
    expect((await sources.get(id))?.gaps).toBe(2);
    const first = await sources.gaps(id, { limit: 1 });
    expect(first.items).toMatchObject([{ source: id, from: null, reason: 'restarted', reported: test.clock.now }]);
    const second = await sources.gaps(id, { limit: 1, cursor: first.cursor });
    expect(second).toMatchObject({ items: [{ from: 10, to: 20, missing: 7 }], cursor: null });
  });

  it('refuses progress of a source that there is not', async () => {
    const progress = test.store.sources.advance(99_999, { generation: '', position: null });
    await expect(progress).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
  });

  it('gives lines back as they came, hostile ones too', async () => {
    const { records } = test.store;
    const texts = ["'; drop table records; --", '<script>alert(1)</script>', '\u001b[2J', '💥 ünïcode', '%_\\', ''];
    const raw = new Uint8Array([0, 255, 39, 10]);
    const ids = await records.append([
      ...texts.map((text, sequence) => line({ text, sequence, host: "o'host", template: 't' })),
      line({ text: 'half \ud83d a sign', raw: Buffer.from(raw) }),
      line({ text: 'cut \0 here', raw, time: Number.NaN, level: 4, app: 'sshd' }),
    ]);
    const stored = await records.get(ids);
    expect(stored.map(({ id }) => id)).toEqual(ids);
    expect(stored.slice(0, -2).map(({ text }) => text)).toEqual(texts);
    expect(stored[0]).toMatchObject({ host: "o'host", template: 't', time: 1000, received: test.clock.now, raw: null });
    expect(stored.at(-2)).toMatchObject({ text: 'half \ufffd a sign', raw });
    // A NUL is shown as its picture; the bytes say what was there, and a line without time has that of its receipt.
    expect(stored.at(-1)).toMatchObject({ text: 'cut ␀ here', raw, level: 4, app: 'sshd', time: test.clock.now });
  });

  it('finds every line of a filter once, the latest first', async () => {
    const { records } = test.store;
    const lines = Array.from({ length: 700 }, (_, i) =>
      line({
        source: 20 + (i % 3),
        sequence: i,
        // Not in order, and often the same.
        time: 50_000 + ((i * 37) % 100),
        host: `host${i % 5}`,
        template: i % 7 === 0 ? 'rare' : 'usual',
        text: `Accepted password for user${i} 100%`,
      }),
    );
    const ids = await records.append(lines);
    const all = lines.map((record, i) => ({ ...record, id: ids[i] ?? 0 }));
    const filters = [
      {},
      { source: [21], from: 50_010, to: 50_090 },
      { source: [20, 22], host: ['host1', 'host4'] },
      { template: ['rare'], text: 'PASSWORD for USER1' },
      { text: '100%' },
      { text: '1__%' },
      { text: "' or 1 = 1 --" },
    ];
    for (const filter of filters) {
      const { from = 50_000, to = 60_000, source = [20, 21, 22], host, template, text = '' } = filter;
      const found = await everyPage((cursor) => records.page({ ...filter, from, to, source }, { cursor, limit: 33 }));
      const expected = all
        .filter(
          (record) =>
            source.includes(record.source) &&
            Number(record.time) >= from &&
            Number(record.time) <= to &&
            (!host || host.includes(record.host ?? '')) &&
            (!template || template.includes(record.template ?? '')) &&
            record.text.toLowerCase().includes(text.toLowerCase()),
        )
        .sort((a, b) => Number(b.time) - Number(a.time) || b.id - a.id);
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
  });

  it('shows a line with those of its source around it', async () => {
    const { records } = test.store;
    const ids = await records.append(
      Array.from({ length: 40 }, (_, i) => line({ source: 30 + (i % 2), time: 90_000 + i, text: `${i}` })),
    );
    const later = await records.after(ids[20] ?? 0, 3);
    expect(later.map(({ id }) => id)).toEqual(ids.slice(21, 24));
    const around = await records.around(ids[20] ?? 0, 2, 3);
    expect(around.map(({ text }) => text)).toEqual(['16', '18', '20', '22', '24', '26']);
    expect(await records.around(1, 2, 2)).toEqual([]);
  });

  it('adds up templates, and follows one that generalised', async () => {
    const { templates } = test.store;
    await templates.save([
      { id: 'a', text: 'Accepted <*>', count: 3, lastSeen: 500 },
      { id: 'b', text: 'Closed', count: 1, lastSeen: 100 },
      { id: 'a', text: 'Accepted <*>', count: 1, lastSeen: 400 },
    ]);
    await templates.save([{ id: 'a', text: 'Accepted <*>', count: 2, lastSeen: 300 }]);
    await templates.alias('b', 'a');
    const [a, b] = await templates.get(['b', 'a', 'c']);
    expect(a).toEqual({ id: 'a', text: 'Accepted <*>', count: 6, firstSeen: 300, lastSeen: 500, alias: null });
    expect(b).toMatchObject({ id: 'b', alias: 'a' });
    const pages = await everyPage((cursor) => templates.page({ text: 'c' }, { cursor, limit: 1 }));
    expect(pages.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('refuses a cursor or limit that no page has', async () => {
    const { records, templates } = test.store;
    const { cursor } = await records.page({}, { limit: 1 });
    for (const wrong of [
      cursor,
      'x',
      Buffer.from('["templates","1; drop table templates","a"]').toString('base64url'),
    ]) {
      await expect(templates.page({}, { cursor: wrong })).rejects.toMatchObject({ code: 'E_USAGE' });
    }
    await expect(records.page({ text: 'x'.repeat(1001) })).rejects.toMatchObject({ code: 'E_USAGE' });
    await expect(records.page({}, { limit: 5000 })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
}
