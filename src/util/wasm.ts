/** The part of the WebAssembly API that is used here; it is the same in Node and in browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports?: unknown) => { readonly exports: unknown };
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory;
};

/** Memory of WebAssembly programs; it never grows here, so that views of it last. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Memory of so many pages of 64 KiB, that several programs may share. */
export function wasmMemory(pages: number): WasmMemory {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  memories.set(memory.buffer, memory);
  return memory;
}

/** The memory that `wasmMemory` has made with this buffer. */
export function memoryOfBuffer(buffer: ArrayBufferLike): WasmMemory | undefined {
  return memories.get(buffer as ArrayBuffer);
}

/** A program, compiled; it can be sent to other threads. */
export function wasmModule(bytes: Uint8Array<ArrayBuffer>): object {
  return new WebAssembly.Module(bytes);
}

/** What a program exports, with a memory of its own or with `memory`. */
export function wasmInstance(module: object, memory?: WasmMemory): unknown {
  return new WebAssembly.Instance(module, memory && { block: { memory } }).exports;
}

// --- internal ---

const memories = new WeakMap<ArrayBuffer, WasmMemory>();
