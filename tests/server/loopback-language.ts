/**
 * A language model on a real socket: it speaks OpenAI's chat completions as a stream and answers as a test tells it, well or badly.
 * What it was asked is kept.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What it was asked, as far as the tests look at it. */
export interface AskedOf {
  model: string;
  messages: { role: string; content: unknown }[];
  tools?: { function: { name: string; parameters: unknown } }[];
  max_tokens?: number;
}

/** Answers one request. */
export type Behaviour = (response: ServerResponse, asked: AskedOf) => void | Promise<void>;

export interface ToolCalled {
  name: string;
  /** An object, or text that is to stand there as it is. */
  input: object | string;
}

const USAGE = { prompt_tokens: 1000, completion_tokens: 20, total_tokens: 1020 };

/** Begins a stream; each object is one event of it. */
export function stream(response: ServerResponse): (delta: object, finish?: string | null) => void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  return (delta, finish = null) => {
    const chunk = { id: '1', object: 'chat.completion.chunk', created: 1, model: 'loopback' };
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const usage = finish === null ? {} : { usage: USAGE };
    response.write(`data: ${JSON.stringify({ ...chunk, choices, ...usage })}\n\n`);
  };
}

/** Says words, piece by piece, and calls tools. */
export function saying(words: string, ...calls: ToolCalled[]): Behaviour {
  return (response) => {
    const send = stream(response);
    for (const piece of words.match(/\S+\s*/g) ?? []) send({ role: 'assistant', content: piece });
    calls.forEach(({ name, input }, index) => {
      const text = typeof input === 'string' ? input : JSON.stringify(input);
      send({
        tool_calls: [{ index, id: `call-${index}`, type: 'function', function: { name, arguments: '' } }],
      });
      send({ tool_calls: [{ index, function: { arguments: text } }] });
    });
    send({}, calls.length > 0 ? 'tool_calls' : 'stop');
    response.end('data: [DONE]\n\n');
  };
}

export class LoopbackLanguage {
  readonly asked: AskedOf[] = [];
  readonly keys: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #behaviours: Behaviour[];

  private constructor(server: Server, behaviours: Behaviour[]) {
    this.#server = server;
    this.#behaviours = behaviours;
  }

  /** Starts one that answers by each behaviour in turn, and by the last one from then on; it ends with the test. */
  static async start(...behaviours: Behaviour[]): Promise<LoopbackLanguage> {
    const server = createServer();
    const language = new LoopbackLanguage(server, behaviours);
    server.on('request', (request, response) => void language.#answer(request, response));
    await new Promise<void>((next) => server.listen(0, '127.0.0.1', next));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return language;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** From now on it answers so. */
  behave(...behaviours: Behaviour[]): void {
    this.#behaviours.splice(0, this.#behaviours.length, ...behaviours);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const asked = JSON.parse(text) as AskedOf;
    this.asked.push(asked);
    this.keys.push(request.headers.authorization);
    const behaviour = this.#behaviours.length > 1 ? this.#behaviours.shift()! : this.#behaviours[0]!;
    await behaviour(response, asked);
  }
}
