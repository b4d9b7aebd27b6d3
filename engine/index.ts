/** The whole surface of the engine. Everything outside `engine/` imports from here and from nowhere deeper. */
export { EngineError, type EngineErrorCode } from './errors.ts';
export {
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  type ModelInfo,
  STAGES,
  type Stage,
} from './request.ts';
