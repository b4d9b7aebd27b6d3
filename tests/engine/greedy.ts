/** What upstream's greedy decoding chooses: what sampling comes to at no temperature. */

/** The id of the largest logit within the codebook; the first wins a tie. */
export function greedyToken(logits: Float32Array, codebookSize: number): number {
  let best = 0;
  for (let id = 1; id < codebookSize; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
