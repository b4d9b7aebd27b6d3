/** A stand-in for the server of stable-diffusion.cpp (commit 97d2990): one job at a time, asked for by its id. */
import { type Asked, drawn, hashOf, type Reply, StandIn } from './stand-in.ts';

interface Job {
  id: string;
  status: 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';
  fields: Record<string, unknown>;
  file?: Buffer;
  error?: { code: string; message: string };
}

const SAMPLING = {
  ...{ scheduler: 'discrete', sample_method: 'euler', sample_steps: 20, eta: null, shifted_timestep: 0 },
  guidance: { txt_cfg: 7, img_cfg: null, distilled_guidance: 3.5 },
};
const FEATURES = {
  ...{ init_image: true, mask_image: true, control_image: true, ref_images: true, lora: true },
  ...{ cancel_queued: true, cancel_generating: false },
};

export class SdcppStandIn extends StandIn {
  trouble: 'none' | 'fails' | 'full' = 'none';
  /** Whether its model looks at references: it takes them for any. */
  looksAtReferences = true;
  /** Whether the job whose turn it is stays under way until {@link release}. */
  holds = false;
  modes = ['img_gen'];
  #begun = 0;
  #jobs = new Map<string, Job>();
  #expired = new Set<string>();

  static start(): Promise<SdcppStandIn> {
    return new SdcppStandIn().listen();
  }

  get jobs(): Job[] {
    return [...this.#jobs.values()];
  }

  /** As started again: no job is known any more. */
  forget(): void {
    this.#jobs.clear();
  }

  /** As after the ten minutes that a finished job is kept. */
  expire(): void {
    for (const id of this.#jobs.keys()) this.#expired.add(id);
    this.#jobs.clear();
  }

  async release(): Promise<void> {
    this.holds = false;
    await this.#work();
  }

  protected async answer(asked: Asked, reply: Reply): Promise<void> {
    const { path } = asked;
    if (path === '/sdcpp/v1/capabilities') return reply.json(this.#capabilities());
    if (path === '/sdcpp/v1/img_gen') return this.#begin(asked, reply);
    const [, id = '', isCancel] = /^\/sdcpp\/v1\/jobs\/([\w-]+)(\/cancel)?$/.exec(path) ?? [];
    const job = this.#jobs.get(id);
    if (!job && this.#expired.has(id)) return reply.json({ error: 'job expired' }, 410);
    if (!job) return reply.json({ error: 'job not found' }, 404);
    if (isCancel && job.status === 'generating')
      return reply.json({ error: 'job is currently generating and cannot be interrupted yet' }, 409);
    if (isCancel && job.status === 'queued') {
      job.status = 'cancelled';
      job.error = { code: 'cancelled', message: 'job cancelled by client' };
    }
    reply.json(this.#seen(job));
  }

  #capabilities(): object {
    const defaults = {
      prompt: '',
      width: 512,
      height: 512,
      strength: 0.75,
      seed: 42,
      sample_params: SAMPLING,
    };
    return {
      model: { name: 'flux-kontext.gguf', stem: 'flux-kontext', path: '/models/flux-kontext.gguf' },
      ...{ current_mode: this.modes[0], supported_modes: this.modes },
      ...{ defaults_by_mode: { img_gen: defaults }, features_by_mode: { img_gen: FEATURES } },
      limits: {
        ...{ min_width: 64, max_width: 4096, min_height: 64, max_height: 4096 },
        ...{ max_batch_count: 8, max_queue_size: 64 },
      },
    };
  }

  async #begin({ fields }: Asked, reply: Reply): Promise<void> {
    if (this.trouble === 'full') return reply.json({ error: 'job queue is full' }, 429);
    this.#begun += 1;
    const id = `job_69ef_${String(this.#begun).padStart(8, '0')}`;
    const job: Job = { id, status: 'queued', fields };
    this.#jobs.set(id, job);
    reply.json({ id, kind: 'img_gen', status: 'queued', created: 1, poll_url: `/sdcpp/v1/jobs/${id}` }, 202);
    await this.#work();
  }

  /** Begins the first job in line, and ends it unless it is held. */
  async #work(): Promise<void> {
    const job =
      this.jobs.find(({ status }) => status === 'generating') ??
      this.jobs.find(({ status }) => status === 'queued');
    if (!job) return;
    job.status = 'generating';
    if (this.holds) return;
    await this.#draw(job);
    await this.#work();
  }

  async #draw(job: Job): Promise<void> {
    const { prompt, width, height, seed, sample_params: sampling, ref_images: references = [] } = job.fields;
    if (this.trouble === 'fails') {
      job.status = 'failed';
      job.error = { code: 'generation_failed', message: 'generate_image returned no results' };
      return;
    }
    const { sample_steps: steps, guidance } = sampling as typeof SAMPLING;
    const looked = this.looksAtReferences
      ? (references as string[]).map((each) => hashOf(Buffer.from(each)))
      : [];
    const seen = [prompt, seed, steps, guidance.txt_cfg, looked, job.fields.mask_image];
    job.file = await drawn(Number(width), Number(height), ...seen);
    job.status = 'completed';
  }

  #seen({ id, status, file, error }: Job): object {
    const isWaiting = status === 'queued';
    return {
      ...{ id, kind: 'img_gen', status, created: 1, started: null, completed: null },
      queue_position: isWaiting ? 1 : 0,
      result: file
        ? { output_format: 'png', images: [{ index: 0, b64_json: file.toString('base64') }] }
        : null,
      error: error ?? null,
    };
  }
}
