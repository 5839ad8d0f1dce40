/** A map whose keys are sequences of numbers, compared by what they hold. */
export interface SequenceMap<T> {
  get(key: Int32Array): T | undefined;
  set(key: Int32Array, value: T): void;
}

/** An empty map. */
export function createSequenceMap<T>(): SequenceMap<T> {
  const buckets = new Map<number, { readonly key: Int32Array; value: T }[]>();
  const find = (key: Int32Array, hash: number) => {
    const bucket = buckets.get(hash);
    if (bucket) for (const item of bucket) if (equal(item.key, key)) return item;
    return undefined;
  };
  return {
    get: (key) => find(key, hashOf(key))?.value,
    set: (key, value) => {
      const hash = hashOf(key);
      const item = find(key, hash);
      const bucket = buckets.get(hash);
      if (item) item.value = value;
      else if (bucket) bucket.push({ key, value });
      else buckets.set(hash, [{ key, value }]);
    },
  };
}

// --- internal ---

function hashOf(key: Int32Array): number {
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key[i]!, 0x9e3779b1) ^ (hash >>> 15);
  return hash & 0x3fffffff;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
