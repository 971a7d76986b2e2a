import type { Locator, Page } from 'playwright-core';
import type { StartRequest } from '../../../shared/api.ts';
import type { Answer, Message, MessageDraft } from '../../../shared/events.ts';
import { type AgentPage, bubblesWith, openStage, type Stage, said, type VisitorPage } from '../../support/stage.ts';
import { waitFor } from '../../support/wait-for.ts';
import { History } from '../support/history.ts';
import { Judge, requireSound } from '../support/judge.ts';
import { openStoreOf } from '../support/readers.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

/** Logs what a page sends and is told, as it goes over its sockets, and the start that it posts. */
function logFrames(page: Page, author: 'visitor' | 'agent', history: History): void {
  let conversation = '';
  page.on('request', (request) => {
    if (!request.url().endsWith('/api/consents')) return;
    const { message, conversationId } = request.postDataJSON() as StartRequest;
    conversation = conversationId;
    history.invoke({ ...message, conversation, author });
  });
  page.on('websocket', (socket) => {
    const asked = new Map<string, string>();
    socket.on('framesent', ({ payload }) => {
      const [, number = '', json = ''] = /^42\/\w+,(\d+)\["message:send",(.*)\]$/s.exec(String(payload)) ?? [];
      if (json === '') return;
      const draft = JSON.parse(json) as MessageDraft & { conversationId?: string };
      asked.set(number, draft.id);
      history.invoke({ id: draft.id, body: draft.body, conversation: draft.conversationId ?? conversation, author });
    });
    socket.on('framereceived', ({ payload }) => {
      const [, number = '', json = ''] = /^43\/\w+,(\d+)\[(.*)\]$/s.exec(String(payload)) ?? [];
      const id = asked.get(number);
      if (id === undefined) return;
      const answer = JSON.parse(json) as Answer<Message>;
      if (answer.ok) history.ok(id, answer.data.seq);
    });
  });
}

interface Desk {
  composer: Locator;
  send: Locator;
}

/** What hands do to a Send button and to Enter when they mean it once. */
const GESTURES: Record<string, (desk: Desk) => Promise<unknown>> = {
  'a double click': ({ send }) => send.dblclick(),
  'three clicks': ({ send }) => send.click({ clickCount: 3 }),
  'Enter held down': async ({ composer }) => {
    const { keyboard } = composer.page();
    await composer.focus();
    for (let times = 0; times < 6; times++) await keyboard.down('Enter');
    await keyboard.up('Enter');
  },
  // The hand does not wait for the button to be ready.
  'Enter, and a click at once': ({ composer, send }) => Promise.all([composer.press('Enter'), send.click({ force: true })]),
};

/** Each gesture, in the widget and in the console, on a link and without one: one message, here, there and stored. */
export async function doubleClicks(plan: Plan): Promise<Outcome> {
  const history = new History();
  const stage = await openStage();
  try {
    const { visitor, agent } = await openBoth(stage, history);
    const desks: [string, Desk][] = [
      ['the visitor', { composer: visitor.composer, send: visitor.chat.getByRole('button', { name: said.chat('send') }) }],
      ['the agent', { composer: agent.composer, send: agent.page.getByRole('button', { name: said.console('write.send') }) }],
    ];
    let gestures = 0;
    const rounds = await inRounds(plan, async (round) => {
      for (const [name, gesture] of Object.entries(GESTURES)) {
        for (const [who, desk] of desks) {
          const body = `${who}, ${name}, round ${round}.`;
          await desk.composer.fill(body);
          // Without a link it waits, and the hand is as hasty.
          if (round % 2 === 0) await visitor.context.setOffline(true);
          await gesture(desk);
          if (round % 2 === 0) await visitor.context.setOffline(false);
          await bubblesWith(visitor.bubbles, body);
          await bubblesWith(agent.bubbles, body);
          gestures += 1;
        }
      }
    });
    await judgePages(stage, history, [visitor.bubbles, agent.bubbles]);
    require(history.id.length === gestures + 1, `${gestures} gestures made ${history.id.length - 1} messages`);
    return { rounds, figures: { gestures } };
  } finally {
    await stage.close();
  }
}

async function openBoth(stage: Stage, history: History): Promise<{ visitor: VisitorPage; agent: AgentPage }> {
  const visitor = await stage.visitor();
  logFrames(visitor.page, 'visitor', history);
  const agent = await stage.agent();
  logFrames(agent.page, 'agent', history);
  // The console's line stood before anybody listened; the next one is heard.
  await agent.page.reload();
  await visitor.begin('The first word.', { name: 'Fidelma' });
  await agent.openTalk('Fidelma');
  return { visitor, agent };
}

/** The text of a bubble without who said it and when, which stands before it for those who hear it. */
const spoken = (text: string): string => text.trim().replace(/^[^:]*, \d+:\d+[^:]*: /, '');

/** The store is judged by what went over the wire, and both pages show what is stored, in that order. */
async function judgePages(stage: Stage, history: History, pages: Locator[]): Promise<void> {
  const store = await openStoreOf(stage.relay);
  try {
    const judge = new Judge(history);
    const rows = await store.conversations();
    for (const row of rows) judge.read(await store.read(row));
    requireSound(judge.verdict(), 'double clicks');
    const [row] = rows;
    if (!row) throw new Error('no conversation');
    const bodies = [...(await store.read(row)).messages].map(({ body }) => body);
    for (const bubbles of pages) {
      let shown = '';
      await waitFor(async () => {
        shown = (await bubbles.allTextContents()).map(spoken).join('\n');
        return shown === bodies.join('\n');
      }, 'a page to show what is stored').catch(() =>
        require(false, `stored is\n${bodies.join('\n')}\nand a page shows\n${shown}`),
      );
    }
  } finally {
    await store.close();
  }
}
