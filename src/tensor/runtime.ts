import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { CaracalError } from '../errors.ts';
import type { DType, Tensor, Tensors } from './dtype.ts';
import { formatShape, type Shape } from './shape.ts';

/** Where graphs run. `cpu` and `webgpu` come with the package; `cuda` needs ONNX Runtime's CUDA libraries. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/** How graphs run. */
export interface RuntimeOptions {
  readonly device?: Device;
  /** Threads within an op; all cores unless told. The same number gives the same results to the bit. */
  readonly threads?: number;
}

/** A graph ready to run. */
export interface Session {
  /** Shapes of the inputs; named dimensions take any size. */
  readonly inputs: ReadonlyMap<string, Shape>;
  readonly outputs: readonly string[];
  /**
   * Computes the outputs. Typed arrays are read in place, so do not change them before
   * the promise settles. A tensor that came out can go in again as it is.
   *
   * @throws CaracalError `E_SHAPE` for an input that is missing or does not fit, `E_RUNTIME` where the computation fails
   */
  run(feeds: Tensors): Promise<Tensors>;
  /** Frees the memory; the session must not be used afterwards. */
  dispose(): Promise<void>;
}

/**
 * Opens an ONNX model with ONNX Runtime, which is loaded on the first call.
 *
 * @throws CaracalError `E_RUNTIME` where the library, the device or the model cannot be loaded
 *
 * @example
 * const session = await createSession(compile({ outputs: { y } }).bytes, { threads: 2 });
 * const { y } = await session.run({ x: float32([1, 2], [3, 4]) });
 */
export async function createSession(
  model: Uint8Array,
  { device = 'cpu', threads = defaultThreads() }: RuntimeOptions = {},
): Promise<Session> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new CaracalError('E_USAGE', `threads must be a whole number of at least 1, not ${threads}.`, { threads });
  }
  const ort = await loadRuntime();
  const session = await openSession(ort, model, device, threads);
  const inputs = new Map(session.inputMetadata.map((meta) => [meta.name, meta.isTensor ? meta.shape : []]));
  return {
    inputs,
    outputs: session.outputNames,
    run: async (feeds) => {
      const given: Record<string, OrtTensor> = {};
      for (const [name, shape] of inputs) given[name] = toOrt(ort, name, feeds[name], shape);
      const results = await session.run(given).catch((cause: unknown) => {
        throw new CaracalError(
          'E_RUNTIME',
          `ONNX Runtime could not run the graph: ${reason(cause)}. Check the inputs' values, such as indices out of range.`,
          {},
          { cause },
        );
      });
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(name, value)]));
    },
    dispose: () => session.release(),
  };
}

/** Threads within an op unless told: all cores. */
export function defaultThreads(): number {
  return availableParallelism();
}

// --- internal ---

type Runtime = typeof import('onnxruntime-node');

const ORT_TYPES = { float32: 'float32', float64: 'float64', int32: 'int32', int64: 'int64', bool: 'bool' } as const;

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new CaracalError(
      'E_RUNTIME',
      `ONNX Runtime cannot be loaded: ${reason(cause)}. Reinstall onnxruntime-node for this platform.`,
      {},
      { cause },
    );
  }
}

async function openSession(
  ort: Runtime,
  model: Uint8Array,
  device: Device,
  threads: number,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
      executionMode: 'sequential',
      interOpNumThreads: 1,
      intraOpNumThreads: threads,
      // Errors are thrown; what the library would print besides belongs to no one's terminal.
      logSeverityLevel: 4,
    });
  } catch (cause) {
    const advice = device === 'cpu' ? 'Write the model again.' : `Use the device cpu, or install what ${device} needs.`;
    throw new CaracalError(
      'E_RUNTIME',
      `ONNX Runtime cannot open the model on ${device}: ${reason(cause)}. ${advice}`,
      { device },
      { cause },
    );
  }
}

function toOrt(ort: Runtime, name: string, value: Tensor | undefined, expected: Shape): OrtTensor {
  if (value === undefined) {
    throw new CaracalError(
      'E_SHAPE',
      `The input "${name}" is missing; pass a tensor of shape ${formatShape(expected)}.`,
      { name },
    );
  }
  const fits =
    expected.length === value.shape.length &&
    expected.every((dim, axis) => typeof dim === 'string' || dim === value.shape[axis]);
  if (!fits) {
    throw new CaracalError(
      'E_SHAPE',
      `The input "${name}" is ${formatShape(value.shape)}; pass a tensor of shape ${formatShape(expected)}.`,
      { name },
    );
  }
  return new ort.Tensor(ORT_TYPES[value.dtype], value.data, value.shape);
}

function fromOrt(name: string, value: OrtTensor): Tensor {
  const dtype = value.type;
  if (!isKnownType(dtype)) {
    throw new CaracalError('E_RUNTIME', `The output "${name}" is ${dtype}; cast it to float32 in the graph.`, { name });
  }
  return { dtype, shape: value.dims, data: value.data as Tensor['data'] };
}

function isKnownType(type: string): type is DType {
  return type in ORT_TYPES;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
