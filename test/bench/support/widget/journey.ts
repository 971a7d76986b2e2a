import type { Frame } from 'playwright-core';
import { visitorOn } from '../../../support/stage.ts';
import { waitFor } from '../../../support/wait-for.ts';
import type { Lab, Profile, Visit } from './lab.ts';
import { type Fetched, type Traffic, trafficOf } from './network-log.ts';
import { type Observed, observedIn } from './vitals.ts';

/** The last is what the frame fetches quietly when the chat has long been running. */
export const STAGES = ['loaded', 'form', 'chat', 'later'] as const;
export type Stage = (typeof STAGES)[number];

/** One visitor, from the page's load to the running chat, in a browser that was never here. */
export interface Journey {
  /** What each stage asked for, beyond the stage before it. */
  traffic: Record<Stage, Traffic>;
  asked: Record<Stage, Fetched[]>;
  /** The socket's handshake and messages, both ways in by the relay alone. */
  socket: { handshake: number; messages: number };
  /** From the click to a question field that is in view and can be written in. */
  clickToForm: number;
  /** From Start to a composer that can be written in, and to the relay's welcome in the socket. */
  startToComposer: number;
  startToSocket: number;
  /** Long tasks while the stage came to be: their lengths, in the page and in the frame. */
  longTasks: Record<Stage, { page: number[]; frame: number[] }>;
  /** A fixed loop, in page and frame: shows that the slowdown reaches both. */
  loop: { page: number; frame: number };
  /** The shortest wait of the frame's own requests for a first byte: shows that the link's delay reaches them. */
  frameFirstByte: number;
  /** Answers that came out of a cache: none, or the visit was not cold. */
  cached: number;
}

/** In ms, the middle one of many short turns: one may be held up by other work, or escape the slowdown where that waits for a core. */
const LOOP = `(() => {
  const turns = [];
  for (let turn = 0; turn < 31; turn += 1) {
    const began = performance.now();
    for (let at = 0, sum = 0; at < 1e7; at += 1) sum = (sum + at) | 0;
    turns.push(performance.now() - began);
  }
  return turns.sort((a, b) => a - b)[15];
})()`;

export async function takeJourney(lab: Lab, url: string, relay: string, profile: Profile): Promise<Journey> {
  const visit = await lab.visit(profile);
  try {
    return await walk(visit, url, relay);
  } finally {
    await visit.close();
  }
}

async function walk(visit: Visit, url: string, relay: string): Promise<Journey> {
  const { page, log } = visit;
  const visitor = visitorOn(page);
  const traffic = {} as Journey['traffic'];
  const asked = {} as Journey['asked'];
  const longTasks = {} as Journey['longTasks'];
  let taken = 0;
  let told = { page: 0, frame: 0 };

  const take = (stage: Stage, before = Number.POSITIVE_INFINITY): void => {
    const rest = log.fetched.slice(taken);
    const until = rest.findIndex(({ askedAt }) => askedAt >= before);
    const all = until === -1 ? rest : rest.slice(0, until);
    taken += all.length;
    asked[stage] = all.filter((one) => one.url.startsWith(relay));
    traffic[stage] = trafficOf(asked[stage]);
  };
  const endStage = async (stage: Stage, before?: number): Promise<Observed[]> => {
    await visit.settle();
    take(stage, before);
    const { page: own, frames } = await observedIn(page);
    const lengths = { page: own.tasks.map(([, length]) => length), frame: frames.flatMap((one) => one.tasks.map(([, l]) => l)) };
    longTasks[stage] = { page: lengths.page.slice(told.page), frame: lengths.frame.slice(told.frame) };
    told = { page: lengths.page.length, frame: lengths.frame.length };
    return [own, ...frames];
  };

  await page.goto(url);
  await visitor.launcher.waitFor();
  await endStage('loaded');

  await visitor.launcher.click();
  await visitor.chat.locator('#question').waitFor();
  const frame = visitor.frame();
  const form = await markOf(frame, 'form');
  const [atForm] = await endStage('form');
  await mustTakeFocus(frame, '#question');

  await visitor.fillIn('Do you have The Tide Almanac?');
  // What typing cost is no part of the chat's coming.
  told.frame = (await observedIn(page)).frames.flatMap(({ tasks }) => tasks).length;
  await visitor.pressStart();
  await visitor.composer.waitFor();
  const chat = await markOf(frame, 'chat');
  const socket = await waitFor(() => log.sockets.find(({ welcomedAt }) => welcomedAt !== null), 'the socket to stand');
  const running = Math.max(chat, socket.welcomedAt ?? Number.NaN);
  const [, inFrame] = await endStage('chat', running);
  take('later');
  longTasks.later = { page: [], frame: [] };
  await mustTakeFocus(frame, '.pen-text');

  const begun = inFrame?.clicked ?? Number.NaN;
  const own = [...asked.form, ...asked.chat].filter(({ target, firstByteMs }) => target === 'frame' && firstByteMs !== null);
  return {
    traffic,
    asked,
    socket: { handshake: socket.handshakeBytes, messages: socket.messageBytes },
    clickToForm: form - (atForm?.clicked ?? Number.NaN),
    startToComposer: chat - begun,
    startToSocket: running - begun,
    longTasks,
    loop: { page: await page.evaluate<number>(LOOP), frame: await frame.evaluate<number>(LOOP) },
    frameFirstByte: Math.min(...own.map(({ firstByteMs }) => firstByteMs ?? 0)),
    cached: log.fetched.filter(({ cached }) => cached).length,
  };
}

function markOf(frame: Frame, name: 'form' | 'chat'): Promise<number> {
  return waitFor(() => frame.evaluate<number | undefined>(`__bench.marks.${name}`), `${name} to be seen and usable`);
}

async function mustTakeFocus(frame: Frame, selector: string): Promise<void> {
  const field = JSON.stringify(selector);
  const took = await frame.evaluate<boolean>(`(() => {
    const field = document.querySelector(${field});
    field.focus();
    return document.activeElement === field;
  })()`);
  if (!took) throw new Error(`${selector} does not take the focus: it was not usable`);
}
