/**
 * A stand-in for ComfyUI (commit 002c3fb): a line of graphs, a socket that tells how they go, files in folders. Its nodes are those of
 * a plain workflow; the picture depends on all that the graph says.
 */
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Graph } from '../../../engine/remote/adapters/comfyui-graph.ts';
import { type Asked, drawn, hashOf, type Reply, StandIn } from './stand-in.ts';

const NODES = [
  ...['CheckpointLoaderSimple', 'CLIPTextEncode', 'EmptyLatentImage', 'KSampler', 'VAEDecode', 'SaveImage'],
  ...['LoadImage', 'LoadImageMask'],
];
const STEPS = 3;

interface Entry {
  id: string;
  graph: Graph;
  client: string;
  isStopped: boolean;
}

export class ComfyUiStandIn extends StandIn {
  trouble: 'none' | 'node fails' | 'saves nothing' | 'socket closes' | 'no preview' = 'none';
  /** An older version has no route to end one job, and interrupts whatever runs. */
  isOld = false;
  /** Whether the graph whose turn it is waits between two steps until {@link release}. */
  holds = false;
  readonly interrupted: string[] = [];
  readonly #sockets = new Map<string, WebSocket>();
  readonly #uploads = new Map<string, Buffer>();
  readonly #outputs = new Map<string, Buffer>();
  #history = new Map<string, object>();
  #waiting: Entry[] = [];
  #running: Entry | undefined;
  #release = Promise.withResolvers<void>();

  static async start(): Promise<ComfyUiStandIn> {
    const standIn = await new ComfyUiStandIn().listen();
    const sockets = new WebSocketServer({ server: standIn.server, path: '/ws' });
    sockets.on('connection', (socket, request) => {
      const client = new URL(request.url!, 'http://host').searchParams.get('clientId')!;
      standIn.#sockets.set(client, socket);
      socket.send(JSON.stringify({ type: 'status', data: { status: {}, sid: client } }));
      socket.on('close', () => standIn.#sockets.delete(client));
    });
    return standIn;
  }

  override async close(): Promise<void> {
    for (const socket of this.#sockets.values()) socket.terminate();
    await super.close();
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get uploads(): string[] {
    return [...this.#uploads.keys()];
  }

  /** Graphs in line, the one that runs first. */
  get line(): string[] {
    return [this.#running, ...this.#waiting].flatMap((entry) => entry?.id ?? []);
  }

  release(): void {
    this.holds = false;
    this.#release.resolve();
  }

  /** As started again: the line and its history are gone. */
  forget(): void {
    this.#waiting = [];
    if (this.#running) this.#running.isStopped = true;
    this.#running = undefined;
    this.#history = new Map();
    for (const socket of this.#sockets.values()) socket.terminate();
  }

  protected async answer(asked: Asked, reply: Reply): Promise<void> {
    const { method, path, query, fields } = asked;
    const [, route = '', id = ''] = /^(\/(?:history|object_info|api\/jobs))\/([\w-]+)/.exec(path) ?? [];
    if (path === '/system_stats')
      return reply.json({ system: { comfyui_version: '0.28.1', python_version: '3.12' }, devices: [] });
    if (path === '/upload/image') return this.#upload(asked, reply);
    if (path === '/prompt' && method === 'POST') return this.#put(asked, reply);
    if (path === '/view')
      return reply.png(this.#outputs.get(query.get('filename')!) ?? Buffer.from('not found'));
    if (path === '/queue' && method === 'GET') return reply.json(this.#places());
    if (path === '/queue') this.#remove(fields.delete as string[]);
    else if (path === '/interrupt') this.#interrupt(this.isOld ? undefined : String(fields.prompt_id));
    else if (route === '/object_info') return reply.json(NODES.includes(id) ? { [id]: { input: {} } } : {});
    else if (route === '/history')
      return reply.json(this.#history.has(id) ? { [id]: this.#history.get(id) } : {});
    else if (route === '/api/jobs' && !this.isOld) {
      this.#remove([id]);
      this.#interrupt(id);
      return reply.json({ cancelled: true });
    } else return reply.text('404: Not Found', 404);
    reply.response.writeHead(200).end();
  }

  #upload({ fields, files }: Asked, reply: Reply) {
    const [file] = files.filter(({ name }) => name === 'image');
    const name = `${fields.subfolder}/${file!.fileName}`;
    this.#uploads.set(name, file!.bytes);
    reply.json({ name: file!.fileName, subfolder: fields.subfolder, type: 'input' });
  }

  async #put({ fields }: Asked, reply: Reply): Promise<void> {
    const graph = fields.prompt as Graph;
    const unknown = Object.entries(graph).find(
      ([, { class_type: type, inputs }]) =>
        !NODES.includes(type) || (type.startsWith('LoadImage') && !this.#uploads.has(String(inputs.image))),
    );
    if (unknown) {
      const error = { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation' };
      return reply.json({ error, node_errors: { [unknown[0]]: { errors: [] } } }, 400);
    }
    const entry = { id: String(fields.prompt_id), graph, client: String(fields.client_id), isStopped: false };
    this.#waiting.push(entry);
    reply.json({ prompt_id: entry.id, number: 1, node_errors: {} });
    if (!this.#running) await this.#work();
  }

  #places(): object {
    const place = ({ id, graph }: Entry) => [1, id, graph, {}, []];
    return {
      queue_running: this.#running ? [place(this.#running)] : [],
      queue_pending: this.#waiting.map(place),
    };
  }

  #remove(ids: string[]) {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.includes(id));
  }

  #interrupt(id: string | undefined) {
    if (!this.#running || (id !== undefined && this.#running.id !== id)) return;
    this.interrupted.push(this.#running.id);
    this.#running.isStopped = true;
    this.#release.resolve();
  }

  async #work(): Promise<void> {
    for (;;) {
      const entry = this.#waiting.shift();
      this.#running = entry;
      if (!entry) return;
      this.#release = Promise.withResolvers();
      const status = await this.#run(entry);
      if (this.#running !== entry) return;
      this.#history.set(entry.id, status);
    }
  }

  async #run({ id, graph, client, ...entry }: Entry): Promise<object> {
    const running = this.#running!;
    const tell = (type: string, data: object = {}) =>
      this.#sockets.get(client)?.send(JSON.stringify({ type, data: { prompt_id: id, ...data } }));
    tell('execution_start');
    tell('execution_cached', { nodes: [] });
    if (this.trouble === 'socket closes') {
      const socket = this.#sockets.get(client)!;
      socket.terminate();
      await once(socket, 'close');
    }
    for (let step = 1; step <= STEPS; step += 1) {
      tell('progress', { node: '3', value: step, max: STEPS });
      if (this.trouble !== 'no preview') this.#sockets.get(client)?.send(await previewFrame(step));
      if (step === 1 && this.holds) await this.#release.promise;
      if (running.isStopped || entry.isStopped) {
        tell('execution_interrupted', { node_id: '3' });
        return ended('error', [['execution_interrupted', { prompt_id: id }]]);
      }
    }
    if (this.trouble === 'node fails') {
      const failed = { prompt_id: id, node_type: 'KSampler', exception_message: 'CUDA out of memory' };
      tell('execution_error', failed);
      return ended('error', [['execution_error', failed]]);
    }
    const outputs = this.trouble === 'saves nothing' ? {} : await this.#save(graph);
    tell('executing', { node: null });
    tell('execution_success');
    return { ...ended('success', []), outputs };
  }

  async #save(graph: Graph): Promise<object> {
    const { width, height } = Object.values(graph).find(
      ({ class_type: type }) => type === 'EmptyLatentImage',
    )!.inputs;
    const seen = Object.values(graph).map(({ inputs }) =>
      Object.values(inputs).map((value) => {
        const upload = this.#uploads.get(String(value));
        return upload ? hashOf(upload) : value;
      }),
    );
    const filename = `ComfyUI_${this.#outputs.size}_.png`;
    this.#outputs.set(filename, await drawn(Number(width), Number(height), seen));
    return { 9: { images: [{ filename, subfolder: '', type: 'output' }] } };
  }
}

const ended = (status_str: string, messages: unknown[]) => ({
  status: { status_str, completed: status_str === 'success', messages },
  outputs: {},
});

/** A frame as `send_image` packs it: the kind of the event, the kind of the file, the file. */
async function previewFrame(step: number): Promise<Buffer> {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(1, 0);
  head.writeUInt32BE(2, 4);
  return Buffer.concat([head, await drawn(32, 32, 'preview', step)]);
}
