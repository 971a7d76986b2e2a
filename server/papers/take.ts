import type { AuditActor } from '../../shared/audit.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { makePaper, PAPERS, type PaperId } from './index.ts';
import type { Paper } from './paper.ts';
import { type Runner, readRunning } from './running.ts';

/** Makes a paper for somebody, which stands in the trail first (PR-73, PR-81). */
export async function takePaper(
  ctx: Pick<Context, 'store' | 'clock'>,
  runner: Runner,
  id: PaperId,
  actor: AuditActor,
): Promise<Paper> {
  const running = await readRunning(runner);
  await ctx.store.write((tx) => recordAct(tx, { actor, action: 'paper.taken', object: id }, ctx.clock()));
  return makePaper(id, running);
}

/** All of them, in their order. */
export async function takeAllPapers(
  ctx: Pick<Context, 'store' | 'clock'>,
  runner: Runner,
  actor: AuditActor,
): Promise<{ id: PaperId; paper: Paper }[]> {
  const running = await readRunning(runner);
  await ctx.store.write((tx) => recordAct(tx, { actor, action: 'paper.taken', object: 'all' }, ctx.clock()));
  return PAPERS.map((id) => ({ id, paper: makePaper(id, running) }));
}
