import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that is asked by messages and answers each. */
export interface Actor<Question, Answer> {
  pid: number;
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/** Open files that one process may need: one for each connection, and some. */
const FILES = 20_000;

/**
 * Starts a TypeScript file of this folder as a process of its own, on a processor of its own where there are two.
 * @throws through `ask` when the process ends or answers with an error.
 */
export function startActor<Question, Answer>(
  file: string,
  core: number,
  env: Record<string, string> = {},
): Actor<Question, Answer> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const pin = availableParallelism() > 1 ? `taskset -c ${core} ` : '';
  const command = `ulimit -n ${FILES}; exec ${process.env.BENCH_PREFIX ?? ''} ${pin}"$0" --import tsx --expose-gc ${process.env.BENCH_NODE_FLAGS ?? ''} "$1"`;
  const child: ChildProcess = spawn('sh', ['-c', command, process.execPath, entry], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  child.on('message', (message: { answer?: Answer; error?: string }) => {
    const asked = waiting;
    waiting = undefined;
    if (message.error === undefined) asked?.resolve(message.answer as Answer);
    else asked?.reject(new Error(message.error));
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      waiting?.reject(new Error(`${file} ended with ${code}`));
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        child.send(question as object);
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The other end: answers each question with what `handle` gives. */
export function serveActor<Question, Answer>(handle: (question: Question) => Promise<Answer>): void {
  process.on('message', (question: Question) => {
    handle(question).then(
      (answer) => process.send?.({ answer }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

const TICKS_PER_SECOND = 100;

/** Processor seconds that a process has used, user and system, all its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}
