/** Checkpoint folders that are damaged, incomplete or written in another form: refused by name, or read alike. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../engine/index.ts';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import { loadEngine } from '../../engine/pipeline/engine.ts';
import { copyCheckpoint, editJson, editTensors, readStored, writeStored } from './checkpoint-copy.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';
import { generate, gradientPng, type PictureEvent, requestOf } from './requests.ts';

const VLM = 'vision_language_encoder';
const VLM_INDEX = `${VLM}/model.safetensors.index.json`;
const VAE = 'vae/diffusion_pytorch_model.safetensors';
const DIT = 'transformer/diffusion_pytorch_model.safetensors';
const T5 = 'text_encoder/model.safetensors';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
let copies = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'palimpsest-checkpoint-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(needsFixtures);

function changed(change: (path: (file: string) => string) => void): string {
  const dir = copyCheckpoint(TINY, join(root, `copy-${copies++}`));
  change((file) => join(dir, file));
  return dir;
}

async function refusal(dir: string): Promise<EngineError> {
  const error = await loadEngine({ modelDir: dir, device: 'cpu' }).then(
    (engine) => engine.close(),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

type Path = (file: string) => string;
const setJson = (file: string, key: string, value: unknown) => (path: Path) =>
  editJson(path(file), (json) => {
    const parts = key.split('.');
    const last = parts.pop()!;
    const holder = parts.reduce((inner, part) => inner[part], json);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  });
const writeText = (file: string, text: string) => (path: Path) => writeFileSync(path(file), text);

/** What is wrong, how it is made, and the file and key that the refusal must name. */
type Damage = [what: string, make: (path: Path) => void, file: string, key?: string];

const tensors: Damage[] = [
  [
    'one missing',
    (path) => editTensors(path(VAE), (all) => all.delete('decoder.conv_in.weight')),
    'vae',
    'decoder.conv_in.weight',
  ],
  [
    'one extra',
    (path) =>
      editTensors(path(DIT), (all) =>
        all.set('stray.weight', { dtype: 'F32', shape: [1], bytes: Buffer.alloc(4) }),
      ),
    DIT,
    'stray.weight',
  ],
  [
    'one of another shape',
    (path) =>
      editTensors(path(T5), (all) => {
        const [name, tensor] = [...all].find(([, { shape }]) => shape.length === 2)!;
        all.set(name, { ...tensor, shape: [tensor.shape[0]! * 2, tensor.shape[1]! / 2] });
      }),
    T5,
    'has shape',
  ],
  [
    'one transposed',
    (path) =>
      editTensors(path(DIT), (all) => {
        all.get('norm_out.linear.weight')!.shape.reverse();
      }),
    DIT,
    'norm_out.linear.weight has shape [32, 128], expected [128, 32]',
  ],
  [
    'one of integers',
    (path) =>
      editTensors(path(VAE), (all) => {
        all.get('decoder.conv_out.bias')!.dtype = 'I32';
      }),
    VAE,
    'decoder.conv_out.bias',
  ],
  [
    'one of an unknown dtype',
    (path) =>
      editTensors(path(VAE), (all) => {
        all.get('decoder.conv_out.bias')!.dtype = 'F9';
      }),
    VAE,
    'decoder.conv_out.bias',
  ],
  ['cut short', (path) => truncateSync(path(VAE), 100_000), VAE],
  ['cut inside the header', (path) => truncateSync(path(DIT), 100), DIT],
  ['empty', (path) => truncateSync(path(T5), 0), T5],
  ['followed by stray bytes', (path) => appendFileSync(path(T5), 'x'), T5],
  ['gone', (path) => rmSync(path(VAE)), VAE],
  [
    'a Git LFS pointer',
    writeText(VAE, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
    VAE,
  ],
];

const shards: Damage[] = [
  ['has no map', setJson(VLM_INDEX, 'weight_map', undefined), VLM_INDEX, 'weight_map'],
  [
    'lists one that is missing',
    (path) =>
      editJson(path(VLM_INDEX), (json) => {
        json.weight_map['model.missing.weight'] = Object.values(json.weight_map)[0];
      }),
    VLM_INDEX,
    'model.missing.weight',
  ],
  [
    'lists one for another file',
    (path) =>
      editJson(path(VLM_INDEX), (json) => {
        const [name, shard] = Object.entries<string>(json.weight_map)[0]!;
        json.weight_map[name] = Object.values<string>(json.weight_map).find((other) => other !== shard);
      }),
    VLM_INDEX,
  ],
  [
    'names a file that is gone',
    (path) => rmSync(path(`${VLM}/model-00002-of-00004.safetensors`)),
    `${VLM}/model-00002-of-00004.safetensors`,
  ],
  ['is not JSON', writeText(VLM_INDEX, '{"weight_map": {'), VLM_INDEX],
  ['is null', writeText(VLM_INDEX, 'null'), VLM_INDEX],
  ['maps to numbers', setJson(VLM_INDEX, 'weight_map', { a: 1 }), VLM],
];

const configs: Damage[] = [
  ['bad JSON', writeText('transformer/config.json', '{"num_layers": 3,}'), 'transformer/config.json'],
  ['null', writeText('vae/config.json', 'null'), 'vae/config.json'],
  ['a list', writeText('scheduler/scheduler_config.json', '[]'), 'scheduler/scheduler_config.json'],
  [
    'null for the processor',
    writeText('processor/processor_config.json', 'null'),
    'processor/processor_config.json',
  ],
  [
    'a missing file',
    (path) => rmSync(path('scheduler/scheduler_config.json')),
    'scheduler/scheduler_config.json',
  ],
  [
    'a missing key',
    setJson('text_encoder/config.json', 'feed_forward_proj', undefined),
    'text_encoder/config.json',
    'feed_forward_proj',
  ],
  [
    'a wrong type',
    setJson('transformer/config.json', 'num_layers', '3'),
    'transformer/config.json',
    'num_layers',
  ],
  [
    'a negative size',
    setJson('transformer/config.json', 'num_layers', -3),
    'transformer/config.json',
    'num_layers',
  ],
  [
    'a wrong nested type',
    setJson(`${VLM}/config.json`, 'text_config.hidden_size', 1.5),
    `${VLM}/config.json`,
    'text_config.hidden_size',
  ],
  [
    'rope sections that do not fit',
    setJson(`${VLM}/config.json`, 'text_config.rope_parameters.mrope_section', [1, 1, 1]),
    `${VLM}/config.json`,
    'text_config.rope_parameters.mrope_section',
  ],
  [
    'rope of another type',
    setJson(`${VLM}/config.json`, 'text_config.rope_parameters.rope_type', 'yarn'),
    `${VLM}/config.json`,
    'rope_type',
  ],
  [
    'attention in the VAE',
    setJson('vae/config.json', 'mid_block_add_attention', true),
    'vae/config.json',
    'mid_block_add_attention',
  ],
  ['too few means', setJson('vae/config.json', 'latents_mean', [0]), 'vae/config.json', 'latents_mean'],
  [
    'a temperature of 0',
    setJson(`${VLM}/generation_config.json`, 'temperature', 0),
    `${VLM}/generation_config.json`,
    'temperature',
  ],
  [
    'another noise schedule',
    setJson('scheduler/scheduler_config.json', 'use_karras_sigmas', true),
    'scheduler/scheduler_config.json',
    'use_karras_sigmas',
  ],
  [
    'files that contradict each other',
    setJson('transformer/config.json', 'text_embed_dim', 32),
    'transformer/config.json',
    'text_embed_dim',
  ],
  [
    'heads that do not divide the width',
    setJson(`${VLM}/config.json`, 'text_config.num_attention_heads', 5),
    `${VLM}/config.json`,
    'text_config',
  ],
  [
    'more layers than the files hold',
    setJson(`${VLM}/config.json`, 'text_config.num_hidden_layers', 4),
    VLM,
    'layers.3',
  ],
  [
    'fewer layers than the files hold',
    setJson(`${VLM}/config.json`, 'text_config.num_hidden_layers', 2),
    VLM,
    'layers.2',
  ],
  ['a tokenizer without a model', writeText('processor/tokenizer.json', '{}'), 'processor/tokenizer.json'],
  ['a tokenizer that is null', writeText('processor/tokenizer.json', 'null'), 'processor/tokenizer.json'],
  [
    'a template that is not Jinja',
    writeText('processor/chat_template.jinja', '{% for %}'),
    'processor/chat_template.jinja',
  ],
  [
    'a template that frames pictures by tokens of another model',
    writeText(
      'processor/chat_template.jinja',
      "{% for m in messages %}{% for c in m['content'] %}{% if c['type'] == 'image' %}<sop><|image|><eop>{% else %}{{ c['text'] }}{% endif %}{% endfor %}{% endfor %}",
    ),
    'processor/chat_template.jinja',
    'vision_language_encoder/config.json',
  ],
  ['no template', (path) => rmSync(path('processor/chat_template.jinja')), 'processor/chat_template.jinja'],
];

describe('refused by name', () => {
  const check = async ([, make, file, key]: Damage) => {
    const error = await refusal(changed(make));
    expect(error.code).toBe('bad_checkpoint');
    expect(error.message).toContain(file);
    if (key) expect(error.message).toContain(key);
    expect(error.field).toContain(file);
  };
  test.each(tensors.map((damage) => [damage[0], damage] as const))('tensors: %s', (_, damage) =>
    check(damage),
  );
  test.each(shards.map((damage) => [damage[0], damage] as const))('an index that %s', (_, damage) =>
    check(damage),
  );
  test.each(configs.map((damage) => [damage[0], damage] as const))('configuration: %s', (_, damage) =>
    check(damage),
  );

  test.each<[string, (file: string) => void]>([
    ['cut off', (file) => truncateSync(file, 20_000)],
    ['emptied', (file) => truncateSync(file, 0)],
    ['removed', (file) => rmSync(file)],
  ])('a file that is %s after it was opened', async (_, damage) => {
    const checkpoint = openCheckpoint(changed(() => {}));
    damage(join(checkpoint.dir, DIT));
    await expect(ModelRunner.load(checkpoint, 'cpu')).rejects.toMatchObject({
      code: 'bad_checkpoint',
      field: DIT,
      message: expect.stringContaining(DIT),
    });
  });

  test('a device that is not there is not the fault of the files', async () => {
    await expect(ModelRunner.load(openCheckpoint(TINY), 'tpu' as never)).rejects.toMatchObject({
      code: 'device_unavailable',
      field: 'device',
    });
  });

  test('a folder that is not there', async () => {
    const error = await refusal(join(root, 'nowhere'));
    expect(error).toMatchObject({ code: 'bad_checkpoint' });
    expect(error.message).toContain('PALIMPSEST_MODEL');
  });
});

describe('read alike', () => {
  const outcome = async (dir: string): Promise<PictureEvent[]> => {
    const engine = await loadEngine({ modelDir: dir, device: 'cpu' });
    const references = [await gradientPng(64, 96, 3)];
    const pictures = await generate(engine, requestOf({ references }));
    await engine.close();
    return pictures;
  };
  let plain: PictureEvent[];
  beforeAll(async () => {
    if (!noFixtures) plain = await outcome(TINY);
  });

  test('shards joined, and one file in shards', async () => {
    const dir = changed((path) => {
      const { weight_map: map } = JSON.parse(readFileSync(path(VLM_INDEX), 'utf8'));
      const shardNames = [...new Set<string>(Object.values(map))];
      const all = new Map(shardNames.flatMap((shard) => [...readStored(path(`${VLM}/${shard}`))]));
      writeStored(path(`${VLM}/model.safetensors`), all);
      for (const shard of shardNames) rmSync(path(`${VLM}/${shard}`));
      rmSync(path(VLM_INDEX));
      const dit = [...readStored(path(DIT))];
      const halves = [dit.slice(0, dit.length / 2), dit.slice(dit.length / 2)];
      const weightMap: Record<string, string> = {};
      for (const [i, half] of halves.entries()) {
        const name = `diffusion_pytorch_model-0000${i + 1}-of-00002.safetensors`;
        writeStored(path(`transformer/${name}`), new Map(half));
        for (const [tensor] of half) weightMap[tensor] = name;
      }
      rmSync(path(DIT));
      const index = JSON.stringify({ metadata: {}, weight_map: weightMap });
      writeFileSync(path('transformer/diffusion_pytorch_model.safetensors.index.json'), index);
    });
    expect(await outcome(dir)).toEqual(plain);
  });

  test('a folder of links to files named by their contents, as the cache of Hugging Face has them', async () => {
    const [hub, snapshot] = [join(root, 'hub'), join(root, 'hub/snapshots/0123abcd')];
    mkdirSync(join(hub, 'blobs'), { recursive: true });
    for (const entry of readdirSync(TINY, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      const folder = join(snapshot, relative(TINY, entry.parentPath));
      const blob = join(hub, 'blobs', createHash('sha256').update(bytes).digest('hex'));
      writeFileSync(blob, bytes);
      mkdirSync(folder, { recursive: true });
      symlinkSync(relative(folder, blob), join(folder, entry.name));
    }
    expect(await outcome(snapshot)).toEqual(plain);
  });

  test('the older form of the rope settings', async () => {
    const rope = { mrope_section: [1, 2, 1], rope_theta: 500, partial_rotary_factor: 0.5 };
    const newer = changed(
      setJson(`${VLM}/config.json`, 'text_config.rope_parameters', { rope_type: 'default', ...rope }),
    );
    const older = changed((path) =>
      editJson(path(`${VLM}/config.json`), ({ text_config: text }) => {
        delete text.rope_parameters;
        text.rope_scaling = { type: 'mrope', mrope_section: rope.mrope_section };
        text.rope_theta = rope.rope_theta;
        text.partial_rotary_factor = rope.partial_rotary_factor;
      }),
    );
    expect(await outcome(older)).toEqual(await outcome(newer));
  });

  test('fields left out that equal their defaults', async () => {
    const dir = changed((path) => {
      editJson(path(`${VLM}/config.json`), ({ text_config: text, vision_config: vision }) => {
        for (const key of ['num_key_value_heads', 'rms_norm_eps', 'attention_bias', 'hidden_act'])
          delete text[key];
        delete text.rope_parameters.rope_theta;
        delete text.rope_parameters.rope_type;
        delete vision.patch_size;
      });
      editJson(path('transformer/config.json'), (json) => {
        for (const key of ['in_channels', 'out_channels', 'patch_size']) delete json[key];
      });
      editJson(path('text_encoder/config.json'), (json) => {
        for (const key of [
          'relative_attention_max_distance',
          'relative_attention_num_buckets',
          'layer_norm_epsilon',
        ])
          delete json[key];
      });
      editJson(path('scheduler/scheduler_config.json'), (json) => {
        for (const key of ['num_train_timesteps', 'base_image_seq_len', 'shift']) delete json[key];
      });
    });
    expect(await outcome(dir)).toEqual(plain);
  });

  test('the newer form of the processor settings, template inside', async () => {
    const dir = changed((path) => {
      const { min_pixels, max_pixels, ...rest } = JSON.parse(
        readFileSync(path('processor/preprocessor_config.json'), 'utf8'),
      );
      const image_processor = { ...rest, size: { shortest_edge: min_pixels, longest_edge: max_pixels } };
      const chat_template = readFileSync(path('processor/chat_template.jinja'), 'utf8');
      writeFileSync(
        path('processor/processor_config.json'),
        JSON.stringify({ image_processor, chat_template }),
      );
      rmSync(path('processor/preprocessor_config.json'));
      rmSync(path('processor/chat_template.jinja'));
    });
    expect(await outcome(dir)).toEqual(plain);
  });
});
