import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecideRequest } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { countRows } from '../support/database.ts';
import { post, setCookies } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';

describe('[PR-29] a decision of the page’s consent manager', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay();
  });
  afterAll(() => relay?.close());

  const manager: DecideRequest['manager'] = { name: 'klaro', ref: 'k-1', revision: '3', explicit: true };
  const decide = async (changes: Partial<DecideRequest>) => {
    const visitor = await startVisitor(relay);
    const rows = countRows(relay);
    const reply = await post(relay, '/api/consents/decide', { ...decisionOf(visitor), manager, ...changes });
    const events = (countRows(relay).consent_event ?? 0) - (rows.consent_event ?? 0);
    return { status: reply.status, events, cookie: setCookies(reply).some((one) => one.startsWith(`${CHAT_COOKIE}=`)) };
  };

  it('sets the cookie when a person made it', async () => {
    expect(await decide({})).toEqual({ status: 200, events: 1, cookie: true });
  });

  it('[PR-28] sets none when it was implied, and leaves no event', async () => {
    expect(await decide({ manager: { ...manager, explicit: false } })).toEqual({ status: 400, events: 0, cookie: false });
  });

  it('[PR-30] answers no box of the form', async () => {
    expect(await decide({ purpose: 'news' })).toEqual({ status: 400, events: 0, cookie: false });
  });

  it.each([
    ['an unknown name', { ...manager, name: 'nobody' as never }],
    ['a reference without end', { ...manager, ref: 'x'.repeat(129) }],
    ['a field of its own', { ...manager, email: 'a@b.c' } as never],
  ])('is refused with %s', async (_name, bad) => {
    expect(await decide({ manager: bad })).toEqual({ status: 400, events: 0, cookie: false });
  });
});
