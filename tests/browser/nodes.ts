/** Versions for tests of pure functions: node nN makes picture iN from the versions it names. */
import type { InputRole, NodeView } from '../../studio/protocol.ts';

export function versionNode(
  version: number,
  inputs: [version: number, role: InputRole][] = [],
  hash = 'h',
): NodeView {
  return {
    id: `n${version}`,
    kind: inputs.length > 0 ? 'edit' : 'generate',
    mode: null,
    state: 'active',
    prompt: `prompt ${version}`,
    sentPrompt: `prompt ${version}`,
    createdAt: version,
    inputs: inputs.map(([of, role], position) => ({
      imageId: `i${of}`,
      role,
      position,
      hash,
      nodeId: `n${of}`,
    })),
    recipe: null,
    images: [
      {
        id: `i${version}`,
        nodeId: `n${version}`,
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
