/** A model of the Hugging Face Hub, or of a server that speaks its API. */
import { downloadFile, HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { CommandError } from '../failure.ts';
import { type FileHash, isSafe, isWanted, type RemoteFile, type Source } from './source.ts';

export interface HubPlace {
  /** Such as `zai-org/GLM-Image`. */
  name: string;
  hubUrl: string;
  /** Sent to the hub alone. */
  token: string | undefined;
  /** A commit, branch or tag. */
  revision: string | undefined;
}

/** Lists a model at one commit. Throws {@link CommandError} saying what to do. */
export async function hubSource({ name, hubUrl, token, revision }: HubPlace): Promise<Source> {
  const accessToken = token;
  return explained(hubUrl, name, async () => {
    const about = await modelInfo({
      ...{ name, hubUrl, accessToken },
      ...(revision && { revision }),
      additionalFields: ['sha', 'cardData'],
    });
    const commit = String(about.sha);
    const files: RemoteFile[] = [];
    const listed = listFiles({ repo: name, hubUrl, accessToken, recursive: true, revision: commit });
    for await (const { type, path, size, lfs, oid } of listed) {
      if (type !== 'file' || !isWanted(path)) continue;
      if (!isSafe(path))
        throw new CommandError(
          `${hubUrl} lists a file at ${JSON.stringify(path)}, outside of the model's folder. Nothing was written.`,
        );
      files.push({ path, size: lfs?.size ?? size, hash: hashOf(lfs?.oid, oid) });
    }
    const licence = (about.cardData as { license?: string } | undefined)?.license;
    const read: Source['read'] = (file, from, signal) =>
      explained(hubUrl, name, async () => {
        const blob = await downloadFile({
          ...{ repo: name, path: file.path, revision: commit, hubUrl, accessToken, xet: false },
          fetch: ranged(signal),
        });
        if (!blob) throw new CommandError(`${hubUrl} lists ${file.path} of ${name} and does not have it.`);
        return blob.slice(from, file.size).stream() as unknown as AsyncIterable<Uint8Array>;
      });
    return { revision: commit, licence, files, read };
  });
}

/** A hash in the forms in which the hub gives them. */
function hashOf(sha256: string | undefined, git: string | undefined): FileHash | undefined {
  if (sha256) return { kind: 'sha256', hex: sha256.replace(/^sha256:/, '') };
  return git ? { kind: 'git', hex: git } : undefined;
}

/** `fetch` that can be stopped, and that takes no whole file for the part that was asked for. */
const ranged =
  (signal: AbortSignal): typeof fetch =>
  async (url, init) => {
    const response = await fetch(url, { ...init, signal });
    const asked = new Headers(init?.headers).get('range');
    if (asked && !asked.startsWith('bytes=0-') && response.status === 200) {
      await response.body?.cancel();
      throw new Error('the server does not go on in the middle of a file');
    }
    return response;
  };

/** Errors of the hub and of the network in words that say what to do. */
async function explained<R>(hubUrl: string, name: string, ask: () => Promise<R>): Promise<R> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HubApiError) {
      if (error.statusCode === 401 || error.statusCode === 403)
        throw new CommandError(
          `${hubUrl} does not give ${name} without permission: accept its terms there, and put a token into HF_TOKEN.`,
        );
      if (error.statusCode === 404)
        throw new CommandError(
          `${hubUrl} has no model ${name}. Names are OWNER/MODEL, such as zai-org/GLM-Image.`,
        );
      throw new CommandError(`${hubUrl} answered with status ${error.statusCode}. Try again later.`);
    }
    const code = (error as { cause?: { code?: string } }).cause?.code;
    if (
      error instanceof TypeError &&
      code &&
      /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code)
    )
      throw new CommandError(
        `${hubUrl} cannot be reached (${code}). Without this network, name a mirror (--from https://…) or a folder that has the files (--from DIR).`,
      );
    throw error;
  }
}
