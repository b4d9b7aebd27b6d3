/** The contract of contract.ts on each device of this machine, in a process of its own; and the choice of a device. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  argument,
  buildGraph,
  compile,
  type Device,
  DeviceError,
  op,
  resolveDevice,
} from '../../kernels/index.ts';
import { expectClose } from './close.ts';
import { contract } from './contract.ts';

const CHROMIUM = '/usr/lib/chromium';
/** Debian's chromium brings a software Vulkan (SwiftShader) and the loader for it. */
const softwareVulkan = {
  VK_ICD_FILENAMES: `${CHROMIUM}/vk_swiftshader_icd.json`,
  LD_LIBRARY_PATH: CHROMIUM,
  XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
};

const devices: { device: Device; env: Record<string, string>; skip?: string }[] = [
  { device: 'cpu', env: {} },
  {
    device: 'webgpu',
    env: softwareVulkan,
    skip: existsSync(softwareVulkan.VK_ICD_FILENAMES) ? undefined : `no software Vulkan in ${CHROMIUM}`,
  },
];

async function runContract(
  device: Device,
  env: Record<string, string>,
): Promise<Map<string, number[] | string>> {
  const results = new Map<string, number[] | string>();
  const child = fork(join(import.meta.dirname, 'device-child.ts'), [device], {
    env: { ...process.env, ...env },
    execArgv: [],
    silent: true,
  });
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  child.on('message', ({ name, result }: { name: string; result: number[] | string }) =>
    results.set(name, result),
  );
  const code = await new Promise((resolve) =>
    child.on('exit', (status, signal) => resolve(signal ?? status)),
  );
  for (const name of Object.keys(contract)) {
    if (!results.has(name)) results.set(name, `the process ended with ${code}: ${errors}`);
  }
  return results;
}

describe.each(devices)('the contract on $device', ({ device, env, skip }) => {
  const skipped = skip !== undefined;
  let results: Map<string, number[] | string>;
  beforeAll(async () => {
    if (!skipped) results = await runContract(device, env);
  }, 60_000);

  test.for(Object.entries(contract))('%s', ([name, { want }], { skip: skipTest }) => {
    if (skipped) skipTest(skip);
    const result = results.get(name)!;
    if (typeof result === 'string') expect.fail(result);
    expectClose(result, want, { atol: 2e-5, rtol: 2e-5 });
  });
});

describe('choosing a device', () => {
  test('auto takes what exists', () => expect(['cpu', 'webgpu', 'cuda']).toContain(resolveDevice('auto')));

  test('an unknown one is refused', () => {
    expect(() => resolveDevice('tpu' as Device)).toThrow(
      new DeviceError("Expected a device of auto, cpu, webgpu, cuda, got 'tpu'"),
    );
  });

  test.skipIf(resolveDevice('auto') === 'cuda')('cuda says what to install', async () => {
    const graph = buildGraph({ name: 'g', outputs: { y: op.neg(argument('x', 'float32', [1])) } });
    await expect(compile(graph, { device: 'cuda' })).rejects.toThrow(DeviceError);
    await expect(compile(graph, { device: 'cuda' })).rejects.toThrow(
      /Device 'cuda' is not available: .*(install|no cuda provider)/,
    );
  });
});
