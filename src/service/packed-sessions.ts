import type { LiveSession } from './live-sessions.ts';

/** Sessions as columns: a few arrays are written down many times faster than some hundred thousand objects. */
export interface PackedSessions {
  readonly names: readonly string[];
  readonly source: Int32Array;
  /** Place in `strings`. */
  readonly host: Int32Array;
  readonly last: Float64Array;
  readonly events: Float64Array;
  /** 1 where there is a state. */
  readonly begun: Uint8Array;
  /** State of session i: `states[stateEnd[i - 1] .. stateEnd[i])`. */
  readonly stateEnd: Int32Array;
  readonly states: Float32Array;
  /** Recent events of session i: `[recentEnd[i - 1] .. recentEnd[i])` of the columns below. */
  readonly recentEnd: Int32Array;
  /** Place in `strings`. */
  readonly key: Int32Array;
  readonly nll: Float64Array;
  readonly time: Float64Array;
  readonly sequence: Float64Array;
  readonly strings: readonly string[];
}

/** Copies sessions: they may change afterwards. */
export function packSessions(all: Iterable<LiveSession>): PackedSessions {
  const sessions = [...all];
  const count = sessions.length;
  const recents = sessions.reduce((sum, { recent }) => sum + recent.length, 0);
  const floats = sessions.reduce((sum, { state }) => sum + (state?.length ?? 0), 0);
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  const packed = {
    names: new Array<string>(count),
    source: new Int32Array(count),
    host: new Int32Array(count),
    last: new Float64Array(count),
    events: new Float64Array(count),
    begun: new Uint8Array(count),
    stateEnd: new Int32Array(count),
    states: new Float32Array(floats),
    recentEnd: new Int32Array(count),
    key: new Int32Array(recents),
    nll: new Float64Array(recents),
    time: new Float64Array(recents),
    sequence: new Float64Array(recents),
  };
  let float = 0;
  let event = 0;
  for (let i = 0; i < count; i++) {
    const { name, source, host, last, events, state, recent } = sessions[i]!;
    packed.names[i] = name;
    packed.source[i] = source;
    packed.host[i] = numberOf(host);
    packed.last[i] = last;
    packed.events[i] = events;
    if (state) {
      packed.begun[i] = 1;
      packed.states.set(state, float);
      float += state.length;
    }
    packed.stateEnd[i] = float;
    for (const { key, nll, time, sequence } of recent) {
      packed.key[event] = numberOf(key);
      packed.nll[event] = nll;
      packed.time[event] = time;
      packed.sequence[event] = sequence;
      event++;
    }
    packed.recentEnd[i] = event;
  }
  return { ...packed, strings: [...numbers.keys()] };
}

/** The sessions that were packed, in their order. */
export function* unpackSessions(packed: PackedSessions): Generator<LiveSession> {
  const { names, strings } = packed;
  let float = 0;
  let event = 0;
  for (const [i, name] of names.entries()) {
    const recent = [];
    for (; event < packed.recentEnd[i]!; event++) {
      recent.push({
        key: strings[packed.key[event]!] ?? '',
        nll: packed.nll[event]!,
        time: packed.time[event]!,
        sequence: packed.sequence[event]!,
      });
    }
    yield {
      ...{ source: packed.source[i]!, name, host: strings[packed.host[i]!] ?? '' },
      state: packed.begun[i] === 1 ? packed.states.slice(float, packed.stateEnd[i]) : null,
      ...{ last: packed.last[i]!, events: packed.events[i]!, recent },
    };
    float = packed.stateEnd[i]!;
  }
}
