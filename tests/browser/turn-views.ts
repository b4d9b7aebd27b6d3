/** Versions for tests of pure functions: turn nN makes picture iN from the versions it names. */
import type { InputRole, TurnView } from '../../studio/protocol.ts';

export function versionTurn(
  version: number,
  inputs: [version: number, role: InputRole][] = [],
  hash = 'h',
): TurnView {
  return {
    id: `n${version}`,
    kind: inputs.length > 0 ? 'edit' : 'generate',
    mode: null,
    state: 'active',
    prompt: `prompt ${version}`,
    sentPrompt: `prompt ${version}`,
    createdAt: version,
    inputs: inputs.map(([of, role], position) => ({
      pictureId: `i${of}`,
      role,
      position,
      hash,
      turnId: `n${of}`,
    })),
    recipe: null,
    pictures: [
      {
        id: `i${version}`,
        turnId: `n${version}`,
        version,
        index: 0,
        hash,
        widthPx: 256,
        heightPx: 256,
        drift: null,
      },
    ],
    job: null,
    replaces: null,
  };
}
