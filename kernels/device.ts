/**
 * Devices: where a session computes. Says what this machine has and what it lacks; it does not compile anything.
 * `auto` takes a GPU only where there is one: software Vulkan is correct but hundreds of times slower than the CPU.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { DeviceError } from './errors.ts';

export const DEVICES = ['cpu', 'webgpu', 'cuda'] as const;

/** A device by name. */
export type Device = (typeof DEVICES)[number];

/**
 * The device to use; `auto` is the first GPU that is there, else the CPU.
 * Throws: DeviceError where it is not there, saying what to install.
 */
export function resolveDevice(asked: Device | 'auto' = 'auto'): Device {
  if (asked === 'auto') return (['cuda', 'webgpu'] as const).find((device) => !missing(device)) ?? 'cpu';
  if (!DEVICES.includes(asked)) {
    throw new DeviceError(`Expected a device of auto, ${DEVICES.join(', ')}, got '${asked}'`);
  }
  const reason = missing(asked, { software: true });
  if (reason) throw new DeviceError(`Device '${asked}' is not available: ${reason}`);
  return asked;
}

/** Everything that rounding depends on: the same graph on the same inputs gives the same bits where this text is the same. */
export const numericsOf = (device: string): string =>
  `${device}, ${defaultThreads()} threads, onnxruntime ${ort.env.versions.node}`;

/** All devices; `missing` says why this machine cannot use one. */
export const knownDevices = (): { device: Device; missing: string | undefined }[] =>
  DEVICES.map((device) => ({ device, missing: missing(device) }));

/** Threads of a session unless an option says otherwise: one for each core this process may use. */
export const defaultThreads = (): number => availableParallelism();

/** Why a device cannot be used, or undefined where it can. */
function missing(device: Device, { software = false } = {}): string | undefined {
  if (device === 'cpu') return undefined;
  if (!ort.listSupportedBackends().some(({ name }) => name === device)) {
    return `onnxruntime-node has no ${device} provider for ${process.platform} ${process.arch}`;
  }
  return device === 'cuda' ? missingCuda() : missingVulkan(software);
}

function missingCuda(): string | undefined {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
  const provider = join(folder, 'libonnxruntime_providers_cuda.so');
  if (!existsSync(provider)) {
    return `${provider} is missing; run 'node node_modules/onnxruntime-node/script/install.js' to fetch it (CUDA 12 and cuDNN 9)`;
  }
  return existsSync('/dev/nvidiactl') ? undefined : 'there is no NVIDIA driver (/dev/nvidiactl); install one';
}

/** On Linux the GPU is reached through Vulkan; elsewhere the system brings its own driver. */
function missingVulkan(software: boolean): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (software && process.env.VK_ICD_FILENAMES) return undefined;
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  if (nodes.some((name) => name.startsWith('render'))) return undefined;
  return 'there is no GPU (/dev/dri/render*); install its Vulkan driver, or name a software one in VK_ICD_FILENAMES';
}
