import { connect } from 'node:net';
import { expect } from 'vitest';
import { countRows } from './database.ts';
import type { TestRelay } from './start-relay.ts';

/** What a stack, a path or a library would say of itself. */
export const LEAK = /\bat \w|node_modules|\.ts:|\.js:|SyntaxError|ZodError|SQLITE|sqlite|express|\/server\//;

/** Takes stock of the relay; the check says that bad input changed no row, broke no door and left no trace. */
export function takeStock(relay: TestRelay): () => Promise<void> {
  const count = (): Record<string, number> => {
    // The relay signs the head of its audit, and looks through what is due, soon after the start, whatever comes in.
    const { audit_tree_head: _, retention_run: __, ...rows } = countRows(relay);
    return rows;
  };
  const rows = count();
  return async () => {
    expect(count()).toEqual(rows);
    expect((await fetch(`${relay.origin}/healthz`)).status).toBe(200);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(relay.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  };
}

/** Says these bytes to the relay and gives what comes back until it is done, or silent for a moment. */
export function speak(relay: Pick<TestRelay, 'port'>, bytes: string | Buffer, { hangUp = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const link = connect(relay.port, '127.0.0.1');
    let answer = '';
    link.setTimeout(250, () => link.destroy());
    link.on('connect', () => {
      link.write(bytes);
      if (hangUp) link.end();
    });
    link.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    link.on('close', () => resolve(answer));
    link.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
    );
  });
}
