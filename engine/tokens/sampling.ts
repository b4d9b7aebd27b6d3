/**
 * Choosing the next token: temperature, top-k, nucleus (top-p), then one draw by inverse transform.
 * Pure functions of logits and one uniform number; ids outside the codebook are never chosen.
 * Source: docs/model.md, "Sampling"; the order of transformers' logits warpers.
 */

export interface SamplingParams {
  temperature: number;
  topP: number;
  topK: number;
  /** Number of ids that may be chosen, from 0; logits beyond are ignored. */
  codebookSize: number;
}

export interface Candidates {
  /** Ids in falling order of probability. */
  ids: Uint32Array;
  /** Renormalised probabilities, summing to 1. */
  probabilities: Float64Array;
}

/** Exponents below this add less to the mass than the rounding of logits does. */
const LEAST_EXPONENT = -24;

/**
 * Ids kept by top-k and top-p with their renormalised probabilities. Equal logits keep the lower id first.
 * Only ids that can be in the nucleus are sorted: those below (1 - p) / n of the mass together weigh less than 1 - p, and
 * the mass is at least that of the likeliest id, which is 1.
 */
export function keptCandidates(logits: Float32Array, params: SamplingParams): Candidates {
  const { temperature, topP, topK } = params;
  const size = Math.min(params.codebookSize, logits.length);
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < size; id++) if (logits[id]! > highest) highest = logits[id]!;
  const floor = topK < size ? 0 : (1 - topP) / size;
  const candidates: { id: number; weight: number }[] = [];
  let total = 0;
  for (let id = 0; id < size; id++) {
    const exponent = (logits[id]! - highest) / temperature;
    if (exponent < LEAST_EXPONENT) continue;
    const weight = Math.exp(exponent);
    total += weight;
    if (weight >= floor) candidates.push({ id, weight });
  }
  candidates.sort((a, b) => b.weight - a.weight || a.id - b.id);
  const top = candidates.slice(0, topK);
  if (topK < size) total = top.reduce((sum, { weight }) => sum + weight, 0);
  let kept = 0;
  let mass = 0;
  while (kept < top.length && (kept === 0 || mass < topP * total)) mass += top[kept++]!.weight;
  const nucleus = top.slice(0, kept);
  return {
    ids: Uint32Array.from(nucleus, ({ id }) => id),
    probabilities: Float64Array.from(nucleus, ({ weight }) => weight / mass),
  };
}

/** The id at `uniform` (in (0, 1)) of the cumulative distribution over the kept candidates. */
export function sampleToken(logits: Float32Array, params: SamplingParams, uniform: number): number {
  const { ids, probabilities } = keptCandidates(logits, params);
  let cumulative = 0;
  for (let i = 0; i < ids.length; i++) {
    cumulative += probabilities[i]!;
    if (uniform < cumulative) return ids[i]!;
  }
  return ids[ids.length - 1]!;
}
