import { randomBytes } from 'node:crypto';
import type { Started, StartRequest } from '../../../shared/api.ts';
import { CHAT_COOKIE } from '../../../shared/endpoints.ts';
import { formPurposes } from '../../../shared/notice.ts';
import { post } from '../../support/http.ts';
import { frameBoot, startRequestFrom } from '../../support/visitor.ts';
import { openArena } from '../support/arena.ts';
import { History } from '../support/history.ts';
import { Judge, requireSound } from '../support/judge.ts';
import { openProxy } from '../support/proxy.ts';
import { openStoreOf } from '../support/readers.ts';
import { type RelayProcess, startRelayProcess } from '../support/relay-process.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

const AT_ONCE = 50;

/** Sends a start to a port; null when no answer came. */
async function start(relay: RelayProcess, port: number, request: StartRequest, cookie?: string): Promise<Started | null> {
  const headers = { origin: relay.origin, connection: 'close', ...(cookie !== undefined && { cookie }) };
  const reply = await post<Started>({ origin: `http://127.0.0.1:${port}` }, '/api/consents', request, headers).catch(() => null);
  if (reply && reply.status !== 200) throw new Error(`a start was refused: ${reply.status} ${reply.text}`);
  return reply?.body ?? null;
}

/** Logs what an answer says of the start's message. */
function logStart(history: History, { message }: StartRequest, started: Started | null): void {
  const stored = started?.messages.find(({ id }) => id === message.id);
  if (stored) history.ok(message.id, stored.seq);
}

function invokeStart(history: History, { message, conversationId: conversation }: StartRequest): void {
  history.invoke({ ...message, conversation, author: 'visitor' });
}

/**
 * Fifty starts with one set of ids at once, a third of them on links that break, and the relay killed in the middle of
 * every third round: one conversation, one message, and one consent event for each purpose that was asked.
 */
export async function oneStartManyTimes(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  const { relay, history, random, boot } = arena;
  const store = await openStoreOf(relay);
  const proxy = await openProxy(relay.port, plan.seed);
  try {
    let broken = 0;
    const rounds = await inRounds(plan, async (round) => {
      const request = startRequestFrom(boot);
      invokeStart(history, request);
      if (round % 3 === 0) await relay.dieAt(random.pick(['work-done', 'at-commit', 'committed', 'emitted']));
      proxy.all((link) => {
        if (random.next() < 0.5) link.dropReply(random.pick(['cut', 'reset']));
        else link.dieAfter('up', random.whole(1, 1500));
      });
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => start(relay, at % 3 === 0 ? proxy.port : relay.port, request)),
      );
      proxy.heal();
      if (!relay.alive) await relay.start();
      broken += answers.filter((answer) => answer === null).length;
      answers.push(await start(relay, relay.port, request));
      for (const answer of answers) logStart(history, request, answer);
      const told = answers.flatMap((answer) => (answer ? [answer.conversation.id] : []));
      require(told.length > 0 && told.every((id) => id === request.conversationId), 'another conversation was told');
      const rows = await store.conversations();
      require(rows.length === round, `${round} starts made ${rows.length} conversations`);
      const consents = await store.consents(request.conversationId);
      const asked = formPurposes(boot.notice.doc).map(({ id }) => `${id} ConsentGiven`);
      require(consents.sort().join() === asked.sort().join(), `the consents are ${consents.join(', ')}`);
    });
    const verdict = await arena.finish(`one start many times, seed ${plan.seed}`);
    return { rounds, figures: { starts: rounds * (AT_ONCE + 1), 'without an answer': broken, conversations: verdict.stored } };
  } finally {
    await proxy.close();
    await store.close();
    await arena.close();
  }
}

/** Fifty forms of one browser whose cookie has a conversation, sent at once with ids of their own: all join that one. */
export async function manyStartsOneCookie(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  const { relay, history, boot } = arena;
  const store = await openStoreOf(relay);
  try {
    const rounds = await inRounds(plan, async (round) => {
      const tab = await arena.visitor();
      require(await tab.accept(), 'the cookie was not accepted');
      const cookie = `${CHAT_COOKIE}=${tab.browser.cookies.get(CHAT_COOKIE)}`;
      const requests = Array.from({ length: AT_ONCE }, () => startRequestFrom(boot));
      await Promise.all(
        requests.map(async (request) => {
          history.invoke({ ...request.message, conversation: tab.conversationId, author: 'visitor' });
          const answer = await start(relay, relay.port, request, cookie);
          require(answer?.joined === true && answer.conversation.id === tab.conversationId, 'a start did not join');
          logStart(history, request, answer);
        }),
      );
      const rows = await store.conversations();
      require(rows.length === round, `${round} visitors have ${rows.length} conversations`);
      await arena.finish(`one cookie, seed ${plan.seed}`);
      await arena.leave(tab);
    });
    return { rounds, figures: { starts: rounds * AT_ONCE } };
  } finally {
    await store.close();
    await arena.close();
  }
}

/** The same start at two relays on one PostgreSQL at once: one conversation. */
export async function oneStartTwoRelays(plan: Plan & { databaseUrl: string }): Promise<Outcome> {
  const history = new History();
  const shared = { DATABASE_URL: plan.databaseUrl, PARLEY_MASTER_KEY: randomBytes(32).toString('hex') };
  const first = await startRelayProcess(shared);
  const second = await startRelayProcess({ ...shared, PARLEY_PUBLIC_URL: first.origin });
  const store = await openStoreOf(first);
  try {
    const boot = await frameBoot(first);
    const rounds = await inRounds(plan, async (round) => {
      const request = startRequestFrom(boot);
      invokeStart(history, request);
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => start(first, at % 2 === 0 ? first.port : second.port, request)),
      );
      for (const answer of answers) logStart(history, request, answer);
      require(answers.every((answer) => answer?.conversation.id === request.conversationId), 'another conversation was told');
      require((await store.conversations()).length === round, 'one start made more than one conversation');
      require((await store.consents(request.conversationId)).length === formPurposes(boot.notice.doc).length, 'consents doubled');
    });
    const judge = new Judge(history);
    for (const row of await store.conversations()) judge.read(await store.read(row));
    requireSound(judge.verdict(), `two relays, seed ${plan.seed}`);
    const fault = await store.ledgerFault();
    require(fault === null, fault ?? '');
    return { rounds, figures: { starts: rounds * AT_ONCE } };
  } finally {
    await store.close();
    await first.close();
    await second.close();
  }
}
