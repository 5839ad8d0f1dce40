import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentId } from '../util/hash.ts';
import type { Parser } from './parser.ts';
import { batchOf } from './records.case.ts';
import { createParser, decodeParser } from './registry.ts';

/** People enough that no parser takes their names for words of the message. */
const people = Array.from({ length: 24 }, (_, i) => `${String.fromCharCode(97 + i)}${'lice'.slice(i % 4)}`);

/** The suite that every implementation of `Parser` passes. */
export function parserSuite(name: string): void {
  const create = (): Parser => createParser(name);
  const lines = [
    ...people.map((person, i) => `Accepted password for ${person} from 10.0.0.${i} port ${4711 + i} ssh2`),
    'Connection closed by 10.0.0.1 port 4711',
    'session opened for user root by (uid=0)',
    'Accepted password for bob from fe80::7 port 80 ssh2',
    'Connection closed by 10.9.9.9 port 1',
  ];
  const [closed, opened, bob] = [people.length, people.length + 1, people.length + 2];
  const idsOf = (parser: Parser, numbers: Iterable<number>): string[] =>
    Array.from(numbers, (number) => parser.templateOf(number).id);
  const idOf = (parser: Parser, line: string): string => parser.templateOf(parser.match(line)).id;

  describe(`${name} as a parser`, () => {
    it('puts messages that differ in their parameters into one template', () => {
      const parser = create();
      const ids = idsOf(parser, parser.parse(batchOf(lines)).template);
      expect(ids[1]).toBe(ids[0]);
      expect(ids[bob]).toBe(ids[0]);
      expect(ids[bob + 1]).toBe(ids[closed]);
      expect(ids[opened]).not.toBe(ids[closed]);
      expect(new Set(ids).size).toBe(3);
    });

    it('hands the columns of its records on', () => {
      const batch = batchOf(lines, { host: 'web', app: 'sshd', pid: 7 });
      const events = create().parse(batch);
      expect(events.count).toBe(lines.length);
      for (const column of ['time', 'line', 'offset', 'length', 'level', 'host', 'app', 'pid', 'repeat'] as const) {
        expect(events[column]).toEqual(batch[column]);
      }
      expect(events.strings).toBe(batch.strings);
      expect(events.entityOffsets).toHaveLength(lines.length + 1);
    });

    it('counts the events of each template, repeats included', () => {
      const parser = create();
      const batch = batchOf(lines);
      batch.repeat[closed] = 5;
      parser.parse(batch);
      expect(
        parser
          .templates()
          .map((template) => template.count)
          .sort((a, b) => a - b),
      ).toEqual([1, 6, people.length + 1]);
      expect(parser.templates().reduce((sum, template) => sum + template.count, 0)).toBe(lines.length + 4);
    });

    it('names templates by a hash of their text, whatever came before', () => {
      const parser = create();
      const other = create();
      parser.parse(batchOf(lines));
      other.parse(batchOf(['something else entirely', ...lines.slice().reverse()]));
      for (const { id, text } of parser.templates()) {
        expect(id).toBe(contentId([text]));
        expect(other.resolve(id)?.text).toBe(text);
      }
    });

    it('keeps a number while its template generalises, and old ids resolve', () => {
      const parser = create();
      const first = parser.parse(batchOf(lines.slice(0, 1))).template[0] ?? -1;
      const before = parser.templateOf(first);
      parser.parse(batchOf(lines.slice(1)));
      const after = parser.templateOf(first);
      expect(before.text).toBe('Accepted password for alice from <IP> port <NUM> ssh2');
      expect(after.text).toBe('Accepted password for <*> from <IP> port <NUM> ssh2');
      expect(parser.resolve(before.id)).toEqual(after);
      expect(parser.resolve(after.id)).toEqual(after);
      expect(parser.resolve('0'.repeat(16))).toBeUndefined();
    });

    it('tells of each template in the moment that it is made, before it generalises', () => {
      const parser = create();
      const created: { readonly number: number; readonly text: string }[] = [];
      const { template } = parser.parse(batchOf(lines), undefined, (number) =>
        created.push({ number, text: parser.templateOf(number).text }),
      );
      expect(created.map(({ number }) => number)).toEqual([...new Set(template)]);
      expect(created[0]?.text).toBe('Accepted password for alice from <IP> port <NUM> ssh2');
      expect(parser.templateOf(created[0]?.number ?? -1).text).toBe(
        'Accepted password for <*> from <IP> port <NUM> ssh2',
      );
      parser.parse(batchOf(lines), undefined, () => expect.unreachable());
    });

    it('matches every message it has just learned, and learns nothing from matching', () => {
      const parser = create();
      for (const line of lines) {
        const { template } = parser.parse(batchOf([line]));
        expect(parser.match(line)).toBe(template[0]);
      }
      const { template } = parser.parse(batchOf(lines));
      lines.forEach((line, i) => {
        expect(idOf(parser, line)).toBe(parser.templateOf(template[i] ?? -1).id);
      });
      const before = parser.templates();
      expect(parser.match('never seen by anybody before')).toBe(-1);
      expect(idOf(parser, 'Accepted password for carol from 10.0.0.3 port 1 ssh2')).toBe(idOf(parser, lines[0] ?? ''));
      expect(parser.templates()).toEqual(before);
    });

    it('matches whatever it has just learned to the template it has put it into', () => {
      const word = fc.constantFrom(...'alpha beta gamma delta k=v k=9 42 10.0.0.1 <*>'.split(' '));
      const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
      fc.assert(
        fc.property(fc.array(line, { maxLength: 30 }), (learned) => {
          const parser = create();
          for (const each of learned) {
            const number = parser.parse(batchOf([each])).template[0] ?? -1;
            expect(idOf(parser, each)).toBe(parser.templateOf(number).id);
          }
        }),
        { numRuns: 50 },
      );
    });

    it('extracts parameters with the kinds of their masks', () => {
      const parser = create();
      parser.parse(batchOf(lines));
      expect(parser.parameters('Accepted password for carol from 10.0.0.3 port 22 ssh2')).toEqual([
        { kind: '*', value: 'carol' },
        { kind: 'IP', value: '10.0.0.3' },
        { kind: 'NUM', value: '22' },
      ]);
      expect(parser.parameters('unheard of 12')).toEqual([{ kind: 'NUM', value: '12' }]);
    });

    it('goes on after encode and decode as if nothing had happened', () => {
      const parser = create();
      parser.parse(batchOf(lines.slice(0, 1)));
      const published = parser.templates();
      parser.parse(batchOf(lines.slice(1, -1)));
      const revived = decodeParser(parser.encode());
      expect(revived.name).toBe(name);
      expect(revived.templates()).toEqual(parser.templates());
      expect(revived.resolve(published[0]?.id ?? '')).toEqual(parser.resolve(published[0]?.id ?? ''));
      expect(revived.parse(batchOf(lines)).template).toEqual(parser.parse(batchOf(lines)).template);
      expect(revived.templates()).toEqual(parser.templates());
      expect(revived.encode()).toEqual(parser.encode());
    });

    it('refuses what is no parser of its kind', () => {
      const text = new TextDecoder().decode(create().encode());
      const bytes = (changed: string): Uint8Array => new TextEncoder().encode(changed);
      const code = (expected: string) => expect.objectContaining({ code: expected });
      expect(() => decodeParser(bytes(text.slice(0, -20)))).toThrow(code('E_MODEL_CORRUPT'));
      expect(() => decodeParser(bytes('{}'))).toThrow(code('E_MODEL_CORRUPT'));
      expect(() => decodeParser(bytes(text.replace(/"created":\d+/, '"created":-1')))).toThrow(code('E_MODEL_CORRUPT'));
      expect(() => decodeParser(bytes(text.replace('"version":1', '"version":2')))).toThrow(code('E_MODEL_FORMAT'));
    });

    it('takes any bytes for a message', () => {
      const odd = ['', ' ', '\t\0', '<*>', '<IP>', 'ünï', '\u2028', '"quoted, with ""commas"""'];
      const parser = create();
      const { template } = parser.parse(batchOf([...odd, Uint8Array.of(0xff, 0xfe, 0x80)]));
      expect(template).toHaveLength(odd.length + 1);
      odd.forEach((line, i) => {
        expect(parser.match(line)).toBe(template[i]);
      });
    });
  });
}
