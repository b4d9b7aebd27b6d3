/**
 * The command line: pictures from the same engine as the page, to the same bytes for the same recipe.
 * Reads arguments, shows progress, writes files; decides nothing about pictures.
 */
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA_COMMANDS, DATA_USAGE, runDataCommand } from './command/data-commands.ts';
import { doctor } from './command/doctor.ts';
import { failureOf, UsageError } from './command/failure.ts';
import { receiptOfFiles } from './command/file-receipt.ts';
import { verify } from './command/verify.ts';
import { blobFile, sha256Of } from './db/blobs.ts';
import { embedReceipt } from './db/bundle/receipt.ts';
import {
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  loadEngine,
} from './engine/index.ts';
import { commandEnvironment } from './server/environment.ts';
import { quotedTexts } from './studio/quotes.ts';

const USAGE = `Usage
  palimpsest generate "PROMPT" -o OUT.png [options]
  palimpsest edit IN.png [MORE.png ...] "INSTRUCTION" -o OUT.png [options]
  palimpsest verify FILE.png [--input FILE ...] [--data DIR]
  palimpsest doctor                                  what this machine can do with this model
${DATA_USAGE}

Options
  -o, --output FILE     where to write; with -n above 1, a number is added to the name
      --size WxH        in pixels, multiples of 32 (default: what the model was made for)
      --seed N          0 to 9007199254740991 (default: a random one, which is printed)
      --steps N         denoising steps
      --guidance X      guidance scale
  -n, --count N         number of pictures
      --shared-layout   one layout for all pictures
      --text WORDS      words to draw instead of those between quotes; may be repeated
      --input FILE      verify: an uploaded file that went into the picture; may be repeated
      --model DIR       checkpoint folder (default: PALIMPSEST_MODEL or models/mini)
      --device NAME     auto, cpu, webgpu or cuda (default: PALIMPSEST_DEVICE or auto)
      --precision NAME  fp32 or int8 (default: PALIMPSEST_PRECISION or fp32)`;

function parseCommand(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      size: { type: 'string' },
      seed: { type: 'string' },
      steps: { type: 'string' },
      guidance: { type: 'string' },
      count: { type: 'string', short: 'n' },
      'shared-layout': { type: 'boolean' },
      text: { type: 'string', multiple: true },
      input: { type: 'string', multiple: true },
      model: { type: 'string' },
      device: { type: 'string' },
      precision: { type: 'string' },
      data: { type: 'string' },
      deep: { type: 'boolean' },
      repair: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...rest] = positionals;
  return { command, rest, values };
}

type Command = ReturnType<typeof parseCommand>;

function number(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value))
    throw new UsageError(`Expected --${name} to be a number, got ${text}`);
  return value;
}

function parseSize(text: string): { widthPx: number; heightPx: number } {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (!match) throw new UsageError(`Expected --size to be WIDTHxHEIGHT such as 256x256, got ${text}`);
  return { widthPx: Number(match[1]), heightPx: Number(match[2]) };
}

/** A request whose references are files. */
type FileRequest = GenerationRequest & { references: Uint8Array[] };

/** The request that a command line asks for. Throws UsageError, EngineError. */
async function requestOf({ command, rest, values }: Command, engine: Engine): Promise<FileRequest> {
  const prompt = rest.at(-1);
  const files = rest.slice(0, -1);
  if (prompt === undefined) throw new UsageError('Say what to draw: the last argument is the prompt.');
  if (command === 'generate' && files.length > 0)
    throw new UsageError('generate takes one prompt. To edit pictures, use: palimpsest edit');
  if (command === 'edit' && files.length === 0)
    throw new UsageError('edit needs at least one picture before the instruction.');
  const { info } = engine;
  const size = values.size
    ? parseSize(values.size)
    : { widthPx: info.defaultWidthPx, heightPx: info.defaultHeightPx };
  return {
    prompt,
    renderTexts: values.text ?? quotedTexts(prompt),
    references: await Promise.all(files.map((file) => readFile(file))),
    ...size,
    seed: number('seed', values.seed, randomInt(2 ** 32)),
    steps: number('steps', values.steps, info.defaultSteps),
    guidanceScale: number('guidance', values.guidance, info.defaultGuidanceScale),
    count: number('count', values.count, 1),
    layout: values['shared-layout'] ? 'shared' : 'separate',
  };
}

/** The model that comes with this program, wherever the command is run. */
const MODEL_DIR = join(import.meta.dirname, 'models/mini');

const STAGE_NAMES = { encode: 'reading', prior: 'layout', denoise: 'painting', vae: 'pixels' } as const;
const BAR_WIDTH = 24;

/** One line that is written over on a terminal; nothing elsewhere. */
function showProgress(event: EngineEvent): void {
  if (event.type !== 'stage' || !process.stderr.isTTY || event.total === 0) return;
  const filled = Math.round((event.done / event.total) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled);
  const line = `${STAGE_NAMES[event.stage].padEnd(9)}${bar} ${event.done}/${event.total}`;
  process.stderr.write(`\r${line.padEnd(BAR_WIDTH + 28)}`);
}

function outputName(output: string, index: number, count: number): string {
  if (count === 1) return output;
  return /\.png$/i.test(output)
    ? output.replace(/\.png$/i, `-${index + 1}.png`)
    : `${output}-${index + 1}.png`;
}

function engineOptions({ values }: Command): EngineOptions {
  const { modelDir = MODEL_DIR, device, precision } = commandEnvironment(process.env);
  return {
    modelDir: values.model || modelDir,
    // The engine refuses a name of no device or precision, and names those that there are.
    device: (values.device || device) as EngineOptions['device'],
    precision: values.precision || precision,
  };
}

const dataDirOf = ({ values }: Command): string => values.data || commandEnvironment(process.env).dataDir;

/** Makes a picture again from its receipt. Exit code 0: equal, also within the tolerance of another device. */
async function runVerify(command: Command): Promise<void> {
  const { values, rest } = command;
  if (rest.length !== 1) throw new UsageError('Say which picture to verify: palimpsest verify FILE.png');
  const file = await readFile(rest[0]!);
  const data = dataDirOf(command);
  const given = await Promise.all((values.input ?? []).map((name) => readFile(name)));
  const find = async (sha256: string) =>
    given.find((bytes) => sha256Of(bytes) === sha256) ??
    (await readFile(blobFile(data, sha256)).catch(() => undefined));
  const engine = await loadEngine(engineOptions(command));
  try {
    const verdict = await verify(file, engine, find);
    if (verdict.outcome === 'equal') console.log('equal: the receipt makes this picture, byte for byte');
    else if (verdict.outcome === 'close')
      console.log(
        `equal within tolerance on this device: levels differ by at most ${verdict.largestDifference}`,
      );
    else {
      console.log(`${verdict.outcome}: ${verdict.field}: ${verdict.message}`);
      process.exitCode = 1;
    }
  } finally {
    await engine.close();
  }
}

async function run(command: Command): Promise<void> {
  const { values } = command;
  if (!values.output) throw new UsageError('Say where to write the picture: -o OUT.png');
  const engine = await loadEngine(engineOptions(command));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const request = await requestOf(command, engine);
    for await (const event of engine.generate(request, { signal: stop.signal })) {
      showProgress(event);
      if (event.type !== 'picture') continue;
      const file = outputName(values.output, event.pictureIndex, request.count);
      const receipt = receiptOfFiles(request, request.references, engine.info, event);
      await writeFile(file, embedReceipt(event.png, receipt));
      if (process.stderr.isTTY) process.stderr.write(`${'\r'.padEnd(BAR_WIDTH + 30)}\r`);
      console.log(
        `${file}  ${event.widthPx}x${event.heightPx}  seed ${request.seed}  steps ${request.steps}`,
      );
    }
  } finally {
    await engine.close();
  }
}

try {
  const command = parseCommand(process.argv.slice(2));
  const { command: name = '', rest, values } = command;
  if (DATA_COMMANDS.includes(name) && !values.help) {
    process.exitCode = await runDataCommand(name, rest, { ...values, data: dataDirOf(command) });
  } else if (command.values.help || !['generate', 'edit', 'verify', 'doctor'].includes(name)) {
    console.error(USAGE);
    process.exitCode = command.values.help ? 0 : 2;
  } else if (name === 'doctor') {
    const isWell = await doctor(engineOptions(command), dataDirOf(command), console.log);
    process.exitCode = isWell ? 0 : 1;
  } else {
    await (name === 'verify' ? runVerify(command) : run(command));
  }
} catch (error) {
  const { text, exitCode } = failureOf(error, USAGE);
  console.error(text);
  process.exitCode = exitCode;
}
