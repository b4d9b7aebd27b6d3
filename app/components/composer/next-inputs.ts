/** The pictures that go in with the next message, and whether its mode still lacks some. Pure. */
import type { CompiledInput, ContextResult } from '../../../studio/protocol.ts';
import type { NextMessage } from '../api/use-next-message.ts';

export function inputsOf({ compiled, intent }: NextMessage): CompiledInput[] {
  return compiled.ok ? compiled.context.inputs.filter(({ role }) => role !== 'mask') : intent.inputs;
}

export function isMissingInputs(compiled: ContextResult): boolean {
  return !compiled.ok && compiled.problems.some(({ code }) => code.endsWith('_missing'));
}
