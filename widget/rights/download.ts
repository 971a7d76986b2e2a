import type { ErrorBody } from '../../shared/errors.ts';
import { MINUTE } from '../../shared/limits.ts';
import type { Refusal } from '../http.ts';
import { saveFile } from '../save-file.ts';

/**
 * Asks for everything that is kept about the visitor, and hands it to the browser under the name that it came with. Gives
 * null when it came, else why not. Packing takes time: it has a minute.
 */
export async function downloadAll(path: string, request: unknown): Promise<Refusal | null> {
  try {
    const reply = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(MINUTE),
    });
    if (!reply.ok) {
      const body = (await reply.json()) as Partial<ErrorBody>;
      return { ok: false, code: body.error?.code ?? 'internal', body };
    }
    const name = /filename="?([\w.-]+)/.exec(reply.headers.get('content-disposition') ?? '')?.[1];
    saveFile(name ?? 'parley.zip', await reply.blob());
    return null;
  } catch {
    return { ok: false, code: 'unreachable', body: {} };
  }
}
