/**
 * A request as token ids: chat template, picture placeholders, size suffix, and the grids to generate. Knows no network.
 * Source: docs/model.md, "Prompt"; transformers 5.23 `processing_glm_image.py`.
 */
import { Template } from '@huggingface/jinja';
import type { CheckpointConfig } from '../model/config.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { EngineError } from '../request/errors.ts';
import { cellCount, type Grid, TOKEN_PX } from '../request/sizes.ts';

/** Rendered in place of the prompt, this character shows where a template puts the prompt: its words may occur elsewhere too. */
const MARKER = '\uf8ff';

export interface BuiltPrompt {
  /** Rendered text, placeholders expanded. */
  text: string;
  /** Ids with one placeholder id per reference token. */
  ids: number[];
  /** Grids of the references, then of the target in the order of the grid list: large, preview. */
  grids: Grid[];
  /** Grids to generate, in order: preview first when there is one. */
  generated: Grid[];
  /** Index among the generated tokens at which the large grid begins. */
  largeOffset: number;
  large: Grid;
}

/** Preview grid of a target: about `cells` cells at the aspect ratio of the large grid. */
function previewGrid(large: Grid, cells: number): Grid {
  const ratio = large.height / large.width;
  const side = Math.sqrt(cells);
  return {
    height: Math.max(1, Math.trunc(Math.sqrt(ratio) * side)),
    width: Math.max(1, Math.trunc(Math.sqrt(1 / ratio) * side)),
  };
}

/** Builds prompts for one checkpoint. */
export class PromptBuilder {
  readonly #template: Template;
  readonly #tokenizer: Tokenizer;
  readonly #config: CheckpointConfig;

  /** Throws `bad_checkpoint` where the template is none, or frames a reference by other tokens than the model's settings name. */
  constructor(config: CheckpointConfig, tokenizer: Tokenizer) {
    this.#config = config;
    this.#tokenizer = tokenizer;
    try {
      this.#template = new Template(config.chatTemplate);
    } catch (cause) {
      const field = 'processor/chat_template.jinja';
      throw new EngineError('bad_checkpoint', `${field}: not a Jinja template: ${cause}`, { field, cause });
    }
    this.#checkFrame();
  }

  /** The template and `vision_language_encoder/config.json` are two files: where they differ, every edit would fail later. */
  #checkFrame(): void {
    const {
      image_start_token_id: start,
      image_token_id: image,
      image_end_token_id: end,
    } = this.#config.visionLanguage;
    const ids = Array.from(this.#tokenizer.encode(this.#render('', 1, [])));
    const at = ids.indexOf(image);
    if (at > 0 && ids[at - 1] === start && ids[at + 1] === end) return;
    const field = 'processor/chat_template.jinja';
    throw new EngineError(
      'bad_checkpoint',
      `${field}: expected a picture as the tokens ${start}, ${image}, ${end} (vision_language_encoder/config.json), got ${ids.slice(Math.max(0, at - 1), at + 2).join(', ')}`,
      { field },
    );
  }

  /**
   * Ids and grids of one request. Sizes in pixels, multiples of 32.
   * Special-token strings typed by a user are read as plain characters unless `keepSpecialTokens` is set.
   * Throws `bad_request` when the number of placeholders does not equal the number of references.
   */
  build(
    prompt: string,
    references: readonly Grid[],
    target: { widthPx: number; heightPx: number },
    options: { keepSpecialTokens?: boolean } = {},
  ): BuiltPrompt {
    const large = {
      height: Math.floor(target.heightPx / TOKEN_PX),
      width: Math.floor(target.widthPx / TOKEN_PX),
    };
    const preview = references.length === 0 ? [previewGrid(large, this.#config.previewCells)] : [];
    const render = (text: string) => this.#render(text, references.length, [large, ...preview]);
    const rendered = render(prompt);
    const from = rendered.indexOf(prompt, render(MARKER).indexOf(MARKER));
    const pieces = options.keepSpecialTokens ? [rendered] : this.#cutSpecials(rendered, prompt, from);
    const unexpanded = pieces.flatMap((piece) => this.#tokenizer.encode(piece));
    const generated = [...preview, large];
    return {
      text: this.#expandText(rendered, references),
      ids: this.#expandIds(unexpanded, references),
      grids: [...references, large, ...preview],
      generated,
      largeOffset: preview.reduce((sum, grid) => sum + cellCount(grid), 0),
      large,
    };
  }

  #render(prompt: string, referenceCount: number, grids: readonly Grid[]): string {
    const images = Array.from({ length: referenceCount }, () => ({ type: 'image' }));
    const messages = [{ role: 'user', content: [...images, { type: 'text', text: prompt }] }];
    const { grid_bos_token: begin, grid_eos_token: end } = this.#config.tokenizer;
    const suffix = grids.map((grid) => `${begin}${grid.height} ${grid.width}${end}`).join('');
    return this.#template.render({ messages }) + suffix + this.#startToken();
  }

  #startToken(): string {
    return (
      this.#config.tokenizer.bos_token ?? `<|dit_token_${this.#config.visionLanguage.image_start_token_id}|>`
    );
  }

  /** The rendered text in pieces, cut inside each special-token string of the prompt, which begins at `from`. */
  #cutSpecials(rendered: string, prompt: string, from: number): string[] {
    const cuts = [0, ...this.#tokenizer.specialCuts(prompt).map((cut) => from + cut), rendered.length];
    return cuts.slice(1).map((cut, i) => rendered.slice(cuts[i], cut));
  }

  #expandText(rendered: string, references: readonly Grid[]): string {
    const { image_token: token } = this.#config.tokenizer;
    let next = 0;
    return rendered.replaceAll(token, () =>
      token.repeat(references[next] ? cellCount(references[next++]!) : 1),
    );
  }

  #expandIds(ids: readonly number[], references: readonly Grid[]): number[] {
    const placeholder = this.#config.visionLanguage.image_token_id;
    const found = ids.filter((id) => id === placeholder).length;
    if (found !== references.length)
      throw new EngineError(
        'bad_request',
        `The prompt holds ${found} picture placeholders for ${references.length} pictures. Remove ${this.#config.tokenizer.image_token} from the text.`,
        { field: 'prompt' },
      );
    let next = 0;
    return ids.flatMap((id) =>
      id === placeholder ? new Array<number>(cellCount(references[next++]!)).fill(id) : [id],
    );
  }
}

/** Ids with each placeholder replaced, in order, by the semantic id of its reference token. */
export function substituteReferences(
  ids: readonly number[],
  placeholder: number,
  referenceIds: ArrayLike<number>,
): Int32Array {
  let next = 0;
  return Int32Array.from(ids, (id) => (id === placeholder ? referenceIds[next++]! : id));
}
