import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';

/** A program that writes a log, and what rotates it; it knows every line that anybody may expect to read. */
export interface LogWriter {
  readonly path: string;
  /** All lines so far, those of older generations first; a last one without an end only where its generation is over. */
  expected(): string[];
  /** The last line of the current generation has no end yet. */
  readonly unfinished: boolean;
  append(text: string): void;
  /** Renames the file and begins another one. */
  rotate(options?: { readonly pack?: boolean; readonly create?: boolean }): void;
  copyAndTruncate(options?: { readonly pack?: boolean }): void;
  truncate(): void;
}

/** A writer of `path`, whose older generations get numbers; every change is a second after the one before. */
export function createLogWriter(path: string, kept = 50): LogWriter {
  let time = Date.UTC(2017, 3, 20) / 1000;
  let over: string[] = [];
  let current = '';
  const touch = (file: string): void => {
    time++;
    utimesSync(file, time, time);
  };
  const shift = (pack: boolean): void => {
    for (let n = kept; n >= 1; n--) {
      for (const suffix of ['', '.gz']) {
        const from = `${path}.${n}${suffix}`;
        if (!existsSync(from)) continue;
        if (n === kept) rmSync(from);
        else if (suffix === '' && pack) {
          writeFileSync(`${path}.${n + 1}.gz`, gzipSync(readFileSync(from)));
          rmSync(from);
          // Later than its content, as of a packer that keeps no times.
          touch(`${path}.${n + 1}.gz`);
        } else renameSync(from, `${path}.${n + 1}${suffix}`);
      }
    }
  };
  const end = (): void => {
    over = [...over, ...linesOf(current, true)];
    current = '';
  };
  writeFileSync(path, '');
  touch(path);
  return {
    path,
    expected: () => [...over, ...linesOf(current, false)],
    get unfinished() {
      return current !== '' && !current.endsWith('\n');
    },
    append: (text) => {
      appendFileSync(path, text);
      touch(path);
      current += text;
    },
    rotate: ({ pack = false, create = true } = {}) => {
      shift(pack);
      renameSync(path, `${path}.1`);
      end();
      if (!create) return;
      writeFileSync(path, '');
      touch(path);
    },
    copyAndTruncate: ({ pack = false } = {}) => {
      shift(pack);
      copyFileSync(path, `${path}.1`);
      touch(`${path}.1`);
      truncateSync(path);
      touch(path);
      end();
    },
    truncate: () => {
      truncateSync(path);
      touch(path);
      end();
    },
  };
}

// --- internal ---

function linesOf(content: string, over: boolean): string[] {
  const lines = content.split('\n');
  const last = lines.pop() ?? '';
  return over && last !== '' ? [...lines, last] : lines;
}
