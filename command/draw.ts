/** `palimpsest generate` and `edit`: draws the pictures of a command line and writes them with their receipts. */
import { randomInt } from 'node:crypto';
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { embedReceipt } from '../db/bundle/receipt.ts';
import { type EngineEvent, type GenerationRequest, type ModelInfo, prospectOf } from '../engine/index.ts';
import { readKnown } from '../server/known.ts';
import { refusalText } from '../server/refusal-text.ts';
import { quotedTexts } from '../studio/quotes.ts';
import { readingNotes } from '../studio/reading/notes.ts';
import { secondLookOf } from '../studio/recipe.ts';
import { type Command, dataDirOf } from './command-line.ts';
import { findCommandEngine } from './engine-of-command.ts';
import { UsageError } from './failure.ts';
import { receiptOfFiles } from './file-receipt.ts';
import { parseNumber, parseSize } from './option-values.ts';

/**
 * Draws and writes each picture as it is made; what can be checked is checked before a checkpoint is loaded. Throws {@link UsageError},
 * EngineError, and the system's errors of files.
 */
export async function draw(command: Command): Promise<void> {
  const { values } = command;
  if (!values.output) throw new UsageError('Say where to write the picture: -o OUT.png');
  await access(dirname(resolve(values.output)), constants.W_OK);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { local, open } = findCommandEngine(command, dataDirOf(command));
  let early: FileRequest | undefined;
  if (local) {
    const prospect = await prospectOf(local);
    early = await requestOf(command, prospect);
    await prospect.check(early);
  }
  const engine = await open(stop.signal);
  try {
    const request = early ?? (await requestOf(command, engine.info));
    if (local) warn(request.prompt, local.modelDir, engine.info.digest);
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

/** Says on the error output what of a prompt the checkpoint's own list does not have; nothing for one without a list. */
function warn(prompt: string, modelDir: string, modelDigest: string): void {
  const { knows } = readKnown(modelDir);
  if (!knows) return;
  for (const note of readingNotes({ prompt, targetId: null, turns: [] }, { knows, modelDigest })) {
    const instead = note.suggestions.length > 0 ? ` It does know: ${note.suggestions.join(', ')}.` : '';
    console.error(`${refusalText(note)}${instead}`);
  }
}

const numberOr = (name: string, text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : parseNumber(name, text);

/** What of an engine a request is made by. */
type Limits = Pick<
  ModelInfo,
  'defaultWidthPx' | 'defaultHeightPx' | 'defaultSteps' | 'defaultGuidanceScale' | 'can'
>;

/** A request whose references are files. */
type FileRequest = GenerationRequest & { references: Uint8Array[] };

/** The request that a command line asks for. Throws UsageError, EngineError. */
async function requestOf({ command, rest, values }: Command, info: Limits): Promise<FileRequest> {
  const prompt = rest.at(-1);
  const files = rest.slice(0, -1);
  if (prompt === undefined) throw new UsageError('Say what to draw: the last argument is the prompt.');
  if (command === 'generate' && files.length > 0)
    throw new UsageError('generate takes one prompt. To edit pictures, use: palimpsest edit');
  if (command === 'edit' && files.length === 0)
    throw new UsageError('edit needs at least one picture before the instruction.');
  const size = values.size
    ? parseSize(values.size)
    : { widthPx: info.defaultWidthPx, heightPx: info.defaultHeightPx };
  const renderTexts = values.text ?? quotedTexts(prompt);
  const wanted = !values['no-second-look'];
  return {
    ...{ prompt, renderTexts },
    ...secondLookOf(info, { wanted, renderTexts, isEdit: command === 'edit' }),
    references: await Promise.all(files.map((file) => readFile(file))),
    ...size,
    seed: numberOr('seed', values.seed, randomInt(2 ** 32)),
    steps: numberOr('steps', values.steps, info.defaultSteps),
    guidanceScale: numberOr('guidance', values.guidance, info.defaultGuidanceScale),
    count: numberOr('count', values.count, 1),
    layout: values['shared-layout'] ? 'shared' : 'separate',
  };
}

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
