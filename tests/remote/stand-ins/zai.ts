/** A stand-in for z.ai's hosted GLM-Image, as its documentation has it. */
import { type Asked, drawn, type Reply, StandIn } from './stand-in.ts';

const API = '/api/paas/v4';

export class ZaiStandIn extends StandIn {
  key = 'right';
  /** Questions until a task has ended. */
  processing = 3;
  trouble: 'none' | 'fails' | 'expired' | 'private' | 'elsewhere' | 'not yet' | 'away' = 'none';
  readonly #tasks = new Map<string, { questions: number; file: Buffer; fetched: number }>();

  static start(): Promise<ZaiStandIn> {
    return new ZaiStandIn().listen();
  }

  /** The base of its API, as it is configured. */
  get base(): string {
    return `${this.url}${API}`;
  }

  protected async answer(asked: Asked, reply: Reply): Promise<void> {
    const { path } = asked;
    if (path.startsWith('/files/')) return this.#file(path.slice('/files/'.length), reply);
    if (asked.authorization !== `Bearer ${this.key}`)
      return reply.json({ error: { code: '1000', message: 'Authentication Failed' } }, 401);
    if (path === `${API}/async/images/generations`) return this.#begin(asked, reply);
    return this.#result(path.slice(`${API}/async-result/`.length), reply);
  }

  async #begin({ fields: { model, prompt, size } }: Asked, reply: Reply): Promise<void> {
    const [width, height] = String(size).split('x').map(Number) as [number, number];
    if ([width, height].some((px) => px < 1024 || px > 2048 || px % 32 !== 0))
      return reply.json({ error: { code: '1210', message: 'Invalid API parameter: size' } }, 400);
    const id = String(this.#tasks.size + 1);
    // It takes no seed: no two pictures are the same.
    const file = await drawn(width, height, model, prompt, id);
    this.#tasks.set(id, { questions: 0, file, fetched: 0 });
    reply.json({ id, model, request_id: 'r', task_status: 'PROCESSING' });
  }

  #result(id: string, reply: Reply) {
    const task = this.#tasks.get(id);
    if (!task) return reply.json({ error: { code: '1214', message: 'The task does not exist' } }, 400);
    task.questions += 1;
    if (this.trouble === 'away' && task.questions % 2 === 1) return reply.drop();
    if (task.questions <= this.processing)
      return reply.json({ id, model: 'glm-image', request_id: 'r', task_status: 'PROCESSING' });
    if (this.trouble === 'fails')
      return reply.json({
        ...{ id, model: 'glm-image', request_id: 'r', task_status: 'FAIL' },
        error: { code: '1301', message: 'The content may be unsafe' },
      });
    const hosts: Partial<Record<typeof this.trouble, string>> = {
      private: 'http://127.0.0.1:1',
      elsewhere: 'https://pictures.example',
    };
    const url = `${hosts[this.trouble] ?? this.url}/files/${id}`;
    reply.json({ id, request_id: 'r', task_status: 'SUCCESS', image_result: [{ url }] });
  }

  #file(id: string, reply: Reply) {
    const task = this.#tasks.get(id)!;
    task.fetched += 1;
    if (this.trouble === 'expired') return reply.text('AccessDenied: Request has expired', 403);
    if (this.trouble === 'not yet' && task.fetched < 3) return reply.text('file not exist', 404);
    reply.png(task.file);
  }
}
