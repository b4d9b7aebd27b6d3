/** Every variable has a default; a bad value is named with what is allowed. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { commandEnvironment, EnvironmentError, readEnvironment } from '../../server/environment.ts';
import { freshFolders } from './harness.ts';

it('has a default for everything; empty is unset', () => {
  const defaults = {
    port: 3000,
    host: '127.0.0.1',
    dataDir: resolve('data'),
    modelDir: resolve('models/mini'),
    device: 'auto',
    precision: 'fp32',
    enginesFile: resolve('data/engines.json'),
    languageFile: resolve('data/language.json'),
    settings: 'local',
    hosts: ['127.0.0.1'],
    logLevel: 'info',
    network: {
      people: 'alone',
      ...{ publicUrl: undefined, proxies: [], proxyUser: undefined, origins: [], elsewhere: undefined },
    },
  };
  expect(readEnvironment({} as NodeJS.ProcessEnv)).toEqual(defaults);
  expect(readEnvironment({ PORT: '', PALIMPSEST_DEVICE: '' } as unknown as NodeJS.ProcessEnv)).toEqual(
    defaults,
  );
});

it('takes memory with a unit, and a folder for prepared weights', () => {
  const { engine } = readEnvironment({
    PALIMPSEST_MEMORY: '1.5 GiB',
    PALIMPSEST_PREPARED: 'prepared',
  } as unknown as NodeJS.ProcessEnv);
  expect(engine).toEqual({ memoryBytes: 1.5 * 2 ** 30, preparedDir: resolve('prepared') });
});

it('asks for accounts wherever others can reach it, unless it is opened on purpose', () => {
  const peopleOf = (env: Record<string, string>) =>
    readEnvironment(env as unknown as NodeJS.ProcessEnv).network.people;
  const PALIMPSEST_PUBLIC_URL = 'https://studio.example.com';
  expect(peopleOf({ HOST: '::1' })).toBe('alone');
  expect(peopleOf({ HOST: '0.0.0.0' })).toBe('accounts');
  expect(peopleOf({ PALIMPSEST_PUBLIC_URL })).toBe('accounts');
  expect(peopleOf({ PALIMPSEST_ACCOUNTS: '1' })).toBe('accounts');
  expect(peopleOf({ HOST: '0.0.0.0', PALIMPSEST_OPEN: '1' })).toBe('open');
  expect(peopleOf({ PALIMPSEST_PUBLIC_URL, PALIMPSEST_OPEN: '1' })).toBe('open');
});

it('takes names as an operator writes them: with a port, in capitals, in other scripts', () => {
  const PALIMPSEST_HOSTS = 'Studio.Example.com:8443, bücher.example';
  const { hosts } = readEnvironment({ PALIMPSEST_HOSTS } as unknown as NodeJS.ProcessEnv);
  expect(hosts).toEqual(['127.0.0.1', 'studio.example.com', 'xn--bcher-kva.example']);
});

it('names the variable, the value and what is allowed', () => {
  const file = join(freshFolders().modelDir, 'file');
  writeFileSync(file, '');
  const cases = [
    ['PORT', 'http', /0 to 65535/],
    ['PORT', '70000', /0 to 65535/],
    ['PORT', '-1', /0 to 65535/],
    ['PALIMPSEST_DATA', file, /this is a file/],
    ['PALIMPSEST_MODEL', '/nowhere', /existing folder/],
    ['PALIMPSEST_DEVICE', 'gpu', /auto, cpu, webgpu, cuda/],
    ['PALIMPSEST_PRECISION', 'bf16', /fp32, int8, int4/],
    ['PALIMPSEST_MEMORY', 'a lot', /22GiB/],
    ['PALIMPSEST_MEMORY', '0GiB', /22GiB/],
    ['PALIMPSEST_ENGINES', '/nowhere/engines.json', /existing file/],
    ['PALIMPSEST_SETTINGS', 'me', /local, everyone, nobody/],
    ['PALIMPSEST_LOG', 'loud', /silent, fatal/],
    ['PALIMPSEST_HOSTS', '*.example.com', /no \*/],
    ['PALIMPSEST_PUBLIC_URL', 'https://studio.example.com/pictures', /no path/],
    ['PALIMPSEST_PROXIES', 'proxy.lan', /addresses and networks/],
    ['PALIMPSEST_PROXY_USER', 'X-Email', /PALIMPSEST_PROXIES/],
    ['PALIMPSEST_ORIGINS', '*', /no path/],
    ['PALIMPSEST_OPEN', 'yes', /allowed is 1/],
    ['PALIMPSEST_OIDC_ISSUER', 'https://id.example.com', /PALIMPSEST_OIDC_ID/],
    ['PALIMPSEST_ENGINE', 'http://127.0.0.1:3001/v1', /openai or sglang/],
    ['PALIMPSEST_ENGINE', 'other:http://127.0.0.1:3001', /openai or sglang/],
    ['PALIMPSEST_ENGINE', 'openai:ftp://127.0.0.1', /http or https/],
    ['PALIMPSEST_LANGUAGE', 'http://127.0.0.1:11434/v1', /name of the model/],
    ['PALIMPSEST_LANGUAGE', 'ftp://127.0.0.1#qwen3', /http or https/],
  ] as const;
  for (const [name, value, allowed] of cases) {
    const read = () => readEnvironment({ [name]: value } as unknown as NodeJS.ProcessEnv);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(allowed);
    expect(read).toThrow(`${name} is ${JSON.stringify(value)}`);
  }
});

it('reads a language model, its key from a variable of its own', () => {
  const language = (PALIMPSEST_LANGUAGE: string, key = '') =>
    readEnvironment({ PALIMPSEST_LANGUAGE, PALIMPSEST_LANGUAGE_KEY: key } as unknown as NodeJS.ProcessEnv)
      .language;
  expect(language('')).toBeUndefined();
  expect(language('http://127.0.0.1:11434/v1#qwen3:8b', 'k')).toMatchObject({
    ...{ address: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b', sees: false },
    ...{ keyEnv: 'PALIMPSEST_LANGUAGE_KEY', timeS: 60, steps: 4, tokens: 2000 },
  });
});

it('reads an engine elsewhere, its model behind the address, its key from a variable of its own', () => {
  const remote = (PALIMPSEST_ENGINE: string, key = '') =>
    readEnvironment({ PALIMPSEST_ENGINE, PALIMPSEST_ENGINE_KEY: key } as unknown as NodeJS.ProcessEnv).remote;
  expect(remote('')).toBeUndefined();
  expect(remote('sglang:http://gpu:30000')).toEqual({ kind: 'sglang', addresses: ['http://gpu:30000'] });
  expect(remote('openai:https://host/v1#some/model', 'k')).toEqual({
    ...{ kind: 'openai', addresses: ['https://host/v1'], model: 'some/model', key: 'k' },
  });
  expect(remote('openai:http://a:1/v1,https://b/v1#m')).toMatchObject({
    addresses: ['http://a:1/v1', 'https://b/v1'],
    model: 'm',
  });
  for (const address of [
    'http://me:secret@host/v1',
    'http://host/v1,http://me:secret@host/v1',
    'http://host/v1,',
  ])
    expect(() => remote(`openai:${address}`)).toThrow(/^(?!.*secret).*without a name or password/);
});

it('reads what goes with every picture, and the graphs of ComfyUI', () => {
  const graph = join(freshFolders().modelDir, 'graph.json');
  writeFileSync(graph, '{"3":{"class_type":"KSampler","inputs":{}}}');
  const remote = (more: Record<string, string>) =>
    readEnvironment({ PALIMPSEST_ENGINE: 'comfyui:http://gpu:8188', ...more } as unknown as NodeJS.ProcessEnv)
      .remote;
  expect(
    remote({
      PALIMPSEST_ENGINE_FIELDS: '{"quality":"high"}',
      PALIMPSEST_ENGINE_GRAPHS: `${graph}, ${graph}`,
    }),
  ).toEqual({
    ...{ kind: 'comfyui', addresses: ['http://gpu:8188'], fields: { quality: 'high' } },
    graphs: Array(2).fill({ 3: { class_type: 'KSampler', inputs: {} } }),
  });
  expect(() => remote({ PALIMPSEST_ENGINE_FIELDS: 'quality=high' })).toThrow(
    /PALIMPSEST_ENGINE_FIELDS.*object in JSON/,
  );
  expect(() => remote({ PALIMPSEST_ENGINE_GRAPHS: '/nowhere.json' })).toThrow(
    /PALIMPSEST_ENGINE_GRAPHS.*existing files/,
  );
});

it('gives a command what its options leave open; empty is unset', () => {
  const unset = { dataDir: './data', modelDir: undefined, device: 'auto', precision: undefined };
  expect(commandEnvironment({ PALIMPSEST_MODEL: '', PALIMPSEST_DATA: '' } as never)).toEqual(unset);
  const env = {
    PALIMPSEST_DATA: 'd',
    PALIMPSEST_MODEL: 'm',
    PALIMPSEST_DEVICE: 'cpu',
    PALIMPSEST_PRECISION: 'int8',
  };
  expect(commandEnvironment(env as never)).toEqual({
    ...{ dataDir: 'd', modelDir: 'm', device: 'cpu', precision: 'int8' },
  });
});
