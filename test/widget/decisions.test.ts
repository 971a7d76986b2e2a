// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DecideRequest } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import { createConversation } from '../../widget/chat/conversation.ts';
import { decide } from '../../widget/chat/decisions.ts';
import { buildConsent, buildConversation, buildFrame, buildStarted, fakeConnection } from './support.tsx';

afterEach(() => vi.unstubAllGlobals());

/** A chat whose relay is asked by `decide`, and what it was asked. `answers` are taken in turn: null is none. */
function open(answers: (object | null)[]) {
  const asked: DecideRequest[] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body?: string } = {}) => {
    if (path.endsWith('/decide')) asked.push(JSON.parse(body ?? '') as DecideRequest);
    const answer = answers.shift();
    if (!answer) throw new TypeError('no network');
    return Response.json(answer);
  });
  const { frame } = buildFrame();
  const connection = fakeConnection();
  const message = { id: newId(), body: 'first' };
  const started = buildStarted(message, { consents: [buildConsent('answer')] });
  const conversation = createConversation(
    { frame, changed: () => {}, heard: () => {}, connect: connection.connect },
    { session: 's'.repeat(43), message, started },
  );
  const answer = (granted: boolean, manager?: DecideRequest['manager']): Promise<boolean> =>
    decide(frame, conversation, 'persistence', granted, frame.boot.notice.hash, manager);
  return { asked, answer, conversation, connection };
}

const REFUSED = { consents: [buildConsent('answer')], conversation: buildConversation() };

describe('an answer about the cookie', () => {
  it('[PR-46] refused after an Accept whose answer was lost, and which had arrived: it takes the cookie back', async () => {
    const { asked, answer, conversation, connection } = open([null, null, REFUSED]);
    expect(await answer(true)).toBe(false);
    expect(await answer(false)).toBe(false);
    // The link is back and tells what the relay has.
    connection.events['consents:changed']([buildConsent('answer'), buildConsent('persistence')]);
    expect(await answer(false)).toBe(true);
    // Without a token to go on under the relay refuses what gives a cookie up.
    expect(asked.map(({ granted, nextSession }) => [granted, nextSession !== null])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
    expect(conversation.session()).toBe(asked[2]?.nextSession);
    conversation.stop();
  });

  it('sent again it is the same act; a press after the word of a manager, or another word, is one of its own', async () => {
    const { asked, answer, conversation } = open([]);
    const manager = { name: 'klaro', ref: null, revision: '3', explicit: true } as const;
    await answer(false, manager);
    await answer(false, manager);
    await answer(false);
    await answer(false, { ...manager, revision: '4' });
    expect(asked.map((one) => one.manager?.revision)).toEqual(['3', '3', undefined, '4']);
    expect(new Set(asked.map(({ actId }) => actId)).size).toBe(3);
    expect(asked[0]?.actId).toBe(asked[1]?.actId);
    conversation.stop();
  });
});
