import type { ReceiptsRequest } from '../../shared/api.ts';
import { MINUTE } from '../../shared/limits.ts';
import { saveFile } from '../save-file.ts';

/**
 * Asks for everything that is kept about the visitor, by the same link, and hands it to the browser under the name that
 * it came with; false when none came.
 */
export async function downloadAll(token: string): Promise<boolean> {
  const request: ReceiptsRequest = { token };
  try {
    const reply = await fetch('/api/receipts/export', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(MINUTE),
    });
    if (!reply.ok) return false;
    const name = /filename="?([\w.-]+)/.exec(reply.headers.get('content-disposition') ?? '')?.[1];
    saveFile(name ?? 'parley.zip', await reply.blob());
    return true;
  } catch {
    return false;
  }
}
