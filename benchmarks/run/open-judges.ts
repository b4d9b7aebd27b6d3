/** The judges of a run: the reader of this machine, loaded when it is first asked, and an endpoint where there is one. */
import type { Judge, Judges } from '../benchmark.ts';
import { type Endpoint, EndpointError } from '../judges/endpoint.ts';
import type { KeptAnswers } from '../judges/kept-answers.ts';
import type { OcrModels } from '../ocr/ocr-models.ts';
import type { PageReader } from '../ocr/page-reader.ts';
import { atMost } from './at-once.ts';

/** Requests to an endpoint that are under way together. */
const REQUESTS_AT_ONCE = 8;

export interface JudgeOptions {
  /** Models of the reader of words. */
  models: OcrModels;
  say: (line: string) => void;
  signal?: AbortSignal | undefined;
}

export interface OpenJudges extends Judges {
  nameOf(by: Judge): string;
  close(): Promise<void>;
}

/** The runtime is loaded with the reader, not with every command. */
const loadReader = async (models: OcrModels, say: (line: string) => void): Promise<PageReader> =>
  (await import('../ocr/page-reader.ts')).PageReader.load(models, say);

/** The judges of a run. What they are asked is answered from `answers` where it was answered before. */
export function openJudges(
  answers: KeptAnswers,
  endpoint: Endpoint | undefined,
  { models, say, signal }: JudgeOptions,
): OpenJudges {
  let reader: Promise<PageReader> | undefined;
  /** An error after which nothing more is asked. */
  let ended: EndpointError | undefined;
  const readInTurn = atMost(1);
  const askInTurn = atMost(REQUESTS_AT_ONCE);

  async function ask(...[picture, asked]: Parameters<NonNullable<Judges['ask']>>): Promise<string> {
    const question = { judge: endpoint!.name, picture: picture.sha256, ...asked };
    return answers.answer(question, () =>
      askInTurn(async () => {
        signal?.throwIfAborted();
        if (ended) throw ended;
        try {
          return await endpoint!.ask(picture, asked, signal);
        } catch (error) {
          if (error instanceof EndpointError && error.isFinal) ended = error;
          throw error;
        }
      }),
    );
  }

  return {
    ask: endpoint && ask,
    readLines: (picture) =>
      answers.answer({ judge: models.name, picture: picture.sha256 }, () =>
        readInTurn(async () => {
          signal?.throwIfAborted();
          reader ??= loadReader(models, say);
          return (await (await reader).read(picture.png)).map(({ text }) => text);
        }),
      ),
    nameOf: (by) => (by === 'reader' ? models.name : (endpoint?.name ?? 'no endpoint')),
    close: async () => (await reader)?.close(),
  };
}
