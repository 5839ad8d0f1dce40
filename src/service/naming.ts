import type { Parser } from '../parse/index.ts';
import type { Template } from '../types.ts';
import type { LiveModel } from './live-model.ts';
import type { Round } from './round.ts';

/**
 * Names of templates. A template has the name of its first message's text until the names
 * are looked up anew, which happens after every so many lines: names depend on the lines
 * that came, and not on how many of them came at once.
 */
export interface Naming {
  /** A template, by its number in the parser. */
  template(internal: number): Template;
  /** The name that the model knows a template by. */
  key(internal: number): string;
  /** A template was made this moment. */
  created(internal: number): void;
  /** Lines until names are looked up anew. */
  readonly room: number;
  /** So many lines were taken, not more than there was room for. */
  took(lines: number, round: Round): void;
  /** The parser, and what judges from now on. */
  use(parser: Parser, model: LiveModel | undefined): void;
  readonly size: number;
  snapshot(): NamingSnapshot;
}

export interface NamingSnapshot {
  readonly lines: number;
  readonly names: readonly (readonly [internal: number, template: Template, key: string])[];
}

export function createNaming(parser: Parser, model: LiveModel | undefined, from?: NamingSnapshot): Naming {
  const names = new Map<number, { readonly template: Template; readonly key: string }>();
  for (const [internal, template, key] of from?.names ?? []) names.set(internal, { template, key });
  let lines = from?.lines ?? 0;
  let aliases: { readonly from: string; readonly to: string }[] = [];
  let known = currentNames(parser, model);

  const name = (internal: number): { readonly template: Template; readonly key: string } => {
    const template = parser.templateOf(internal);
    const before = names.get(internal)?.template.id;
    if (before !== undefined && before !== template.id) aliases.push({ from: before, to: template.id });
    const key = model?.known.has(template.id) ? template.id : (known.get(template.id) ?? template.id);
    const named = { template, key };
    names.set(internal, named);
    return named;
  };
  const lookUp = (): void => {
    known = currentNames(parser, model);
    for (const internal of names.keys()) name(internal);
  };

  return {
    template: (internal) => (names.get(internal) ?? name(internal)).template,
    key: (internal) => (names.get(internal) ?? name(internal)).key,
    created: name,
    get room() {
      return EVERY - (lines % EVERY);
    },
    took: (count, round) => {
      lines += count;
      if (lines % EVERY === 0) lookUp();
      round.aliases.push(...aliases);
      aliases = [];
    },
    use: (nextParser, nextModel) => {
      const other = nextModel !== model;
      parser = nextParser;
      model = nextModel;
      if (other) lookUp();
    },
    get size() {
      return names.size;
    },
    snapshot: () => ({
      lines,
      names: Array.from(names, ([internal, { template, key }]) => [internal, template, key] as const),
    }),
  };
}

// --- internal ---

/** Lines between two looks at the texts of templates, which generalise. */
const EVERY = 20_000;

/** Names that a model knows, by what they are now. */
function currentNames(parser: Parser, model: LiveModel | undefined): Map<string, string> {
  return new Map([...(model?.known ?? [])].map((name) => [parser.resolve(name)?.id ?? name, name]));
}
