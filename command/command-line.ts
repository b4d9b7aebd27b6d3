/** The command line as it was typed: its usage, its options, and the values of the environment where an option is left open. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from '../benchmarks/benchmarks.ts';
import type { EngineOptions } from '../engine/index.ts';
import { BYTES_FORM, parseBytes } from '../server/bytes.ts';
import { commandEnvironment } from '../server/environment.ts';
import { BACKUP_USAGE } from './backup.ts';
import { DATA_USAGE } from './data-commands.ts';
import { UsageError } from './failure.ts';

const BENCHMARK_NAMES = BENCHMARKS.map(({ name }) => name).join(', ');

export const USAGE = `Usage
  palimpsest generate "PROMPT" -o OUT.png [options]
  palimpsest edit IN.png [MORE.png ...] "INSTRUCTION" -o OUT.png [options]
  palimpsest verify FILE.png [--input FILE ...] [--data DIR]
  palimpsest chat [--server URL] [--key KEY] [--session ID] [-o DIR] [--pictures WAY]
  palimpsest doctor                                  what this machine can do with this model
  palimpsest pull OWNER/MODEL [-o DIR] [--from URL|DIR]  a checkpoint from the Hugging Face Hub, a mirror or a folder;
                                                     goes on where it was broken off
  palimpsest bench NAME --data FOLDER [options]      a published benchmark by any engine: ${BENCHMARK_NAMES}
${DATA_USAGE}
${BACKUP_USAGE}

Options
      --from PLACE      pull: the address of a mirror, or a folder (default: https://huggingface.co)
      --revision R      pull: a commit, branch or tag (default: the newest)
  -o, --output FILE     where to write; with -n above 1, a number is added to the name; chat: a folder
      --server URL      chat: a running studio (default: the one of HOST and PORT, else one is started)
      --key KEY         chat: an API key, where the studio has accounts (default: PALIMPSEST_KEY, which no list of processes shows)
      --session ID      chat: a session to go on with (default: a new one)
      --pictures WAY    chat: kitty, iterm, sixel or none (default: what the terminal says that it can)
      --size WxH        in pixels, multiples of 32 (default: what the model was made for)
      --seed N          0 to 9007199254740991 (default: a random one, which is printed)
      --steps N         denoising steps
      --guidance X      guidance scale
  -n, --count N         number of pictures
      --shared-layout   one layout for all pictures
      --text WORDS      words to draw instead of those between quotes; may be repeated
      --no-second-look  do not read drawn words back, and draw no picture twice
      --input FILE      verify: an uploaded file that went into the picture; may be repeated
      --engine NAME     generate, edit, bench: an engine of the studio (engines.json) instead of --model
      --model DIR       checkpoint folder (default: PALIMPSEST_MODEL or models/mini)
      --device NAME     auto, cpu, webgpu or cuda (default: PALIMPSEST_DEVICE or auto)
      --precision NAME  fp32, int8 or int4 (default: PALIMPSEST_PRECISION or fp32)
      --memory SIZE     most memory to take, such as 22GiB (default: PALIMPSEST_MEMORY or all that there is)

Options of bench (docs/evaluation.md)
      --data FOLDER     where the data of the benchmark is
  -o, --output FOLDER   where the run is kept, and goes on (default: palimpsest-bench/NAME/ENGINE)
      --sample N        at most N prompts, the same ones every time
      --seed N          of the sample and the pictures (default: 1)
      --cost            say what the run costs, and stop
      --judge URL       a model that sees pictures, behind OpenAI's chat completions; its key: PALIMPSEST_JUDGE_KEY
      --judge-model M   its name, which every figure carries
      --reader FOLDER   a reader of words of your own: PP-OCR's det.onnx, rec.onnx and keys.txt`;

/** Reads the arguments of a program. Throws TypeError of Node's `parseArgs` for an unknown option. */
export function parseCommand(argv: readonly string[]) {
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
      'no-second-look': { type: 'boolean' },
      input: { type: 'string', multiple: true },
      engine: { type: 'string' },
      sample: { type: 'string' },
      cost: { type: 'boolean' },
      judge: { type: 'string' },
      'judge-model': { type: 'string' },
      reader: { type: 'string' },
      model: { type: 'string' },
      device: { type: 'string' },
      precision: { type: 'string' },
      memory: { type: 'string' },
      data: { type: 'string' },
      deep: { type: 'boolean' },
      repair: { type: 'boolean' },
      'keep-traces': { type: 'boolean' },
      keep: { type: 'string' },
      from: { type: 'string' },
      revision: { type: 'string' },
      check: { type: 'boolean' },
      at: { type: 'string' },
      server: { type: 'string' },
      key: { type: 'string' },
      session: { type: 'string' },
      pictures: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...rest] = positionals;
  return { command, rest, values };
}

export type Command = ReturnType<typeof parseCommand>;

/** The model that comes with this program, wherever the command is run. */
const MODEL_DIR = join(import.meta.dirname, '../models/mini');

/** The model, device, precision and memory of a command. Throws {@link UsageError} for what is no amount of memory. */
export function engineOptions({ values }: Command): EngineOptions {
  const { modelDir = MODEL_DIR, device, precision, engine } = commandEnvironment(process.env);
  return {
    ...engine,
    ...(values.memory && { memoryBytes: memoryOf(values.memory) }),
    modelDir: values.model || modelDir,
    // The engine refuses a name of no device or precision, and names those that there are.
    device: (values.device || device) as EngineOptions['device'],
    precision: values.precision || precision,
  };
}

function memoryOf(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new UsageError(`Expected --memory to be ${BYTES_FORM}, got ${text}`);
  return bytes;
}

/** The data folder of a command. */
export const dataDirOf = ({ values }: Command): string =>
  values.data || commandEnvironment(process.env).dataDir;
