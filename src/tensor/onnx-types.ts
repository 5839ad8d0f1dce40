import type { DType } from './dtype.ts';

/** Number of a data type in ONNX (`TensorProto.DataType`). */
export function onnxType(dtype: DType): number {
  return ONNX_TYPES[dtype];
}

// --- internal ---

const ONNX_TYPES: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 };
