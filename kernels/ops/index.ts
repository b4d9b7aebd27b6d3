/** The operators: one function per operator of the ONNX standard, grouped by family. */
export * from './activation.ts';
export * from './arithmetic.ts';
export * from './compare.ts';
export * from './conv.ts';
export * from './indexing.ts';
export * from './matmul.ts';
export * from './movement.ts';
export * from './normalization.ts';
export * from './reduce.ts';
export * from './sizes.ts';
