/**
 * kernels/: build a typed graph from operator functions, point it at stored weights, compile it for a device, run it.
 * It knows no model; the engine imports from here and from nowhere deeper, but for files that must not load the runtime.
 */
export { DEVICES, type Device, defaultThreads, knownDevices, numericsOf, resolveDevice } from './device.ts';
export { type Dim, dimAdd, dimDivide, dimEqual, dimEvaluate, dimFloorDiv, dimMul, dimSub } from './dim.ts';
export type { DType, TypedArray } from './dtype.ts';
export { DeviceError, SafetensorsError, ShapeError } from './errors.ts';
export { buildGraph, type Graph } from './graph.ts';
export * from './layers/index.ts';
export * as op from './ops/index.ts';
export { blockOf, type CodeBits, quantizeBlocks, quantizeRows } from './quantize.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  openSafetensors,
  readRows,
  readTensor,
  type SafetensorsFile,
  type StoredTensor,
  type TensorRef,
  writeSafetensors,
} from './safetensors.ts';
export { digestGraph, serialize } from './serialize.ts';
export { type CompileOptions, compile, type RunOptions, runtimeVersion, Session } from './session.ts';
export { broadcast, type Shape, sizeOf } from './shape.ts';
export { argument, constant, weight } from './source.ts';
export { type Tensor, type Tensors, tensor } from './tensor.ts';
export { Value } from './value.ts';
