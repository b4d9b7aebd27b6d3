/** Layers: the building blocks of models, written with operators. */
export * from './attention.ts';
export * from './conv2d.ts';
export * from './embedding.ts';
export * from './feed-forward.ts';
export * from './group-norm.ts';
export * from './linear.ts';
export * from './norm.ts';
export * from './quantized-linear.ts';
export * from './rope.ts';
