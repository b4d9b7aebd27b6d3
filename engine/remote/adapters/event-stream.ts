/** Server-sent events, read piece by piece as they come. Source: WHATWG HTML, "Interpreting an event stream". */

export class EventStream {
  readonly #onEvent: (data: Record<string, unknown>) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** `onEvent` hears of each event whose data is a JSON object; others, such as the closing `[DONE]`, say nothing. */
  constructor(onEvent: (data: Record<string, unknown>) => void) {
    this.#onEvent = onEvent;
  }

  add(piece: Uint8Array): void {
    this.#rest += this.#decoder.decode(piece, { stream: true });
    const blocks = this.#rest.split(/\r\n\r\n|\n\n|\r\r/);
    this.#rest = blocks.pop()!;
    for (const block of blocks) this.#read(block);
  }

  /** The stream is over: what stands without an end is read as well. */
  end(): void {
    this.#read(this.#rest);
    this.#rest = '';
  }

  #read(block: string): void {
    const lines = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
    const text = lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
    if (!text.startsWith('{')) return;
    try {
      this.#onEvent(JSON.parse(text));
    } catch {
      // Cut short: the picture that is missing is said to be.
    }
  }
}
