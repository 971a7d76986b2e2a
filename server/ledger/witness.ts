import { existsSync, readFileSync } from 'node:fs';
import { SECOND } from '../../shared/limits.ts';
import { type TreeHead, treeHead } from '../../shared/tree-head.ts';
import { appendLines } from '../durable-files.ts';

/** A place outside of the database that keeps signed tree heads. */
export interface Witness {
  /** When the newest head that it keeps of a site was made; 0 for none. */
  keptUntil(siteId: string): number;
  /** Resolves when they are kept. @throws when they could not be: the same heads are brought again. */
  keep(heads: TreeHead[]): Promise<void>;
}

/** The file was changed by something else than a relay. */
export class NoHead extends Error {
  override readonly name = 'NoHead';
}

/** The heads of a file, a line each. @throws NoHead with the number of the first line that is none. */
export function readHeads(file: string): TreeHead[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      // Nothing, or what a crash left of a line: it was never said to be kept, and is there again further down.
      const value = jsonOrNull(line);
      if (value === null) return [];
      const head = treeHead.safeParse(value);
      if (!head.success) throw new NoHead(`Line ${at + 1} of ${file} is no signed tree head.`);
      return [head.data];
    });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Adds heads to a file, which belongs on another disk or under another account than the database. */
export function fileWitness(file: string): Witness {
  const newest = new Map<string, number>();
  const note = (head: TreeHead): void => {
    newest.set(head.site_id, Math.max(newest.get(head.site_id) ?? 0, Date.parse(head.time)));
  };
  let read = false;
  const readOnce = (): void => {
    if (!read && existsSync(file)) for (const head of readHeads(file)) note(head);
    read = true;
  };
  return {
    keptUntil(siteId) {
      readOnce();
      return newest.get(siteId) ?? 0;
    },
    async keep(heads) {
      appendLines(file, heads, 0o644);
      for (const head of heads) note(head);
    },
  };
}

const ANSWER_WITHIN = 10 * SECOND;

/** Posts each site's newest head as JSON. After a restart it is posted once more: who keeps heads knows it by site and time. */
export function urlWitness(url: string): Witness {
  const newest = new Map<string, number>();
  return {
    keptUntil: (siteId) => newest.get(siteId) ?? 0,
    async keep(heads) {
      const head = heads.at(-1);
      if (!head) return;
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(head),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`the witness answered ${answer.status}`);
      newest.set(head.site_id, Date.parse(head.time));
    },
  };
}
