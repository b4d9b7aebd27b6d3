/** Versions for tests of pure functions: turn tN makes picture pN from the versions it names. */
import type { InputRole, TurnView } from '../../studio/protocol.ts';

export function versionTurn(
  version: number,
  inputs: [version: number, role: InputRole][] = [],
  hash = 'h',
): TurnView {
  return {
    id: `t${version}`,
    kind: inputs.length > 0 ? 'edit' : 'generate',
    mode: null,
    state: 'active',
    prompt: `prompt ${version}`,
    sentPrompt: `prompt ${version}`,
    createdAt: version,
    inputs: inputs.map(([of, role], position) => ({
      pictureId: `p${of}`,
      role,
      position,
      hash,
      turnId: `t${of}`,
    })),
    recipe: null,
    pictures: [
      {
        id: `p${version}`,
        turnId: `t${version}`,
        version,
        index: 0,
        hash,
        widthPx: 256,
        heightPx: 256,
        hasLayout: true,
        drift: null,
      },
    ],
    job: null,
    replaces: null,
  };
}
