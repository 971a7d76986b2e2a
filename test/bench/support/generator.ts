import { performance } from 'node:perf_hooks';
import { AGENT_NAMESPACE, VISITOR_NAMESPACE } from '../../../shared/endpoints.ts';
import { serveActor } from './processes.ts';
import type { Seats } from './seats.ts';
import { openWire, type Wire } from './wire.ts';

/** What the generator is asked to do: connect everybody, then put on load, or stay. */
export type LoadQuestion =
  | { kind: 'connect'; seats: Seats }
  /** Every sender keeps `window` messages on their way for so long. */
  | { kind: 'saturate'; milliseconds: number; window: number }
  /** So many messages a second, evenly. */
  | { kind: 'pace'; perSecond: number; milliseconds: number }
  /** What was sent and what came of it since the connect, for the checker. */
  | { kind: 'history' }
  | { kind: 'leave' };

export interface LoadReport {
  seconds: number;
  acknowledged: number;
  delivered: number;
  /** Milliseconds, of what was sent while measured. */
  ackTimes: number[];
  deliveryTimes: number[];
  /** How late the generator itself was with each send, milliseconds. */
  lags: number[];
}

/** One message, as its sender and its reader saw it. */
export interface Sent {
  id: string;
  conversationId: string;
  author: 'visitor' | 'agent';
  body: string;
  /** 0 when no acknowledgement, or no delivery, came. */
  ackedSeq: number;
  deliveredSeq: number;
  deliveries: number;
}

interface Sender {
  wire: Wire;
  author: 'visitor' | 'agent';
  conversationId: string;
  /** Text of a send before its acknowledgement number, between that and its id, and after it. */
  parts: [string, string, string];
  onWay: number;
}

const BODY = 'The parcel has not come yet, and the shop said on Monday that it would. Could you look where it is? '
  .repeat(2)
  .slice(0, 180);
const senders: Sender[] = [];
const wires: Wire[] = [];
/** Everything by message number, which is also the acknowledgement's number and the end of the message's id. */
const sentAt: number[] = [];
const senderOf: Sender[] = [];
const ackedSeqs: number[] = [];
const deliveredSeqs: number[] = [];
const deliveryCounts: number[] = [];
let report: LoadReport | null = null;
let window = 0;
let settled = (): void => {};
let open = 0;
/** Conversations that an agent asked to open and the relay has not opened yet. */
let opening = 0;
let delivered = 0;

/** What this run's ids begin with: looked for as a whole, because a conversation's id may hold any part of it. */
let prefix = '';
const idOf = (number: number): string => prefix + number.toString(16).padStart(12, '0');

function sendNext(sender: Sender, lag = 0): void {
  const number = sentAt.length;
  const [before, middle, after] = sender.parts;
  senderOf.push(sender);
  ackedSeqs.push(0);
  deliveredSeqs.push(0);
  deliveryCounts.push(0);
  sender.onWay += 1;
  open += 1;
  report?.lags.push(lag);
  sentAt.push(performance.now());
  sender.wire.send(before + number + middle + idOf(number) + after);
}

function onPacket(packet: string, namespace: string): void {
  const now = performance.now();
  const head = namespace.length + 2;
  if (packet.charCodeAt(0) === 51 /* 3: an acknowledgement */) {
    const at = packet.indexOf('[', head);
    const number = Number(packet.slice(head, at));
    const sender = senderOf[number];
    if (!sender) {
      opening -= 1;
      return;
    }
    open -= 1;
    sender.onWay -= 1;
    if (!packet.startsWith('[{"ok":true', at)) throw new Error(`refused: ${packet.slice(at, at + 120)}`);
    ackedSeqs[number] = seqIn(packet, at);
    if (report) {
      report.acknowledged += 1;
      report.ackTimes.push(now - (sentAt[number] ?? now));
      if (window > 0 && sender.onWay < window) sendNext(sender);
    }
    if (open === 0) settled();
    return;
  }
  if (!packet.startsWith('["message:created"', head)) return;
  const at = packet.indexOf(prefix, head);
  if (at < 0) return;
  const number = Number.parseInt(packet.slice(at + prefix.length, at + prefix.length + 12), 16);
  deliveredSeqs[number] = seqIn(packet, at);
  if (deliveryCounts[number] === 0) delivered += 1;
  deliveryCounts[number] = (deliveryCounts[number] ?? 0) + 1;
  if (report) {
    report.delivered += 1;
    report.deliveryTimes.push(now - (sentAt[number] ?? now));
  }
}

function seqIn(packet: string, from: number): number {
  const at = packet.indexOf('"seq":', from);
  return Number.parseInt(packet.slice(at + 6, at + 16), 10);
}

async function connectAll(seats: Seats): Promise<null> {
  const run = Math.floor(Math.random() * 0xfff)
    .toString(16)
    .padStart(3, '0');
  prefix = `0190a000-0000-7000-8${run}-`;
  const { port, origin } = seats;
  for (let at = 0; at < seats.visitors.length; at += 50) {
    await Promise.all(
      seats.visitors.slice(at, at + 50).map(async ({ conversationId, session }, offset) => {
        const wire = await openWire({
          port,
          origin,
          namespace: VISITOR_NAMESPACE,
          auth: JSON.stringify({ session }),
          from: `127.0.0.${2 + ((at + offset) % 7)}`,
          onPacket: (packet) => onPacket(packet, VISITOR_NAMESPACE),
        });
        wires.push(wire);
        const parts: Sender['parts'] = [
          `42${VISITOR_NAMESPACE},`,
          '["message:send",{"id":"',
          `","body":${JSON.stringify(BODY)}}]`,
        ];
        senders.push({ wire, author: 'visitor', conversationId, parts, onWay: 0 });
      }),
    );
  }
  for (const { cookie, conversationIds } of seats.agents) {
    const wire = await openWire({
      port,
      origin,
      namespace: AGENT_NAMESPACE,
      auth: '{}',
      cookie,
      onPacket: (packet) => onPacket(packet, AGENT_NAMESPACE),
    });
    wires.push(wire);
    for (const conversationId of conversationIds) {
      // Numbers that no send ever has.
      opening += 1;
      wire.send(`42${AGENT_NAMESPACE},${1e9 + senders.length}["conversation:open",{"conversationId":"${conversationId}"}]`);
      const rest = `","conversationId":"${conversationId}","body":${JSON.stringify(BODY)}}]`;
      senders.push({
        wire,
        author: 'agent',
        conversationId,
        parts: [`42${AGENT_NAMESPACE},`, '["message:send",{"id":"', rest],
        onWay: 0,
      });
    }
  }
  // What is sent before an agent has the talk open is no delivery, it comes with the answer.
  await until(() => opening === 0);
  return null;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits as long as anything may take; who judges sees what is missing then. */
async function until(done: () => boolean): Promise<void> {
  for (const giveUpAt = performance.now() + 15_000; !done() && performance.now() < giveUpAt; ) await pause(20);
}

/** Waits for what is on its way, and a moment more for what should not come. */
async function drained(): Promise<void> {
  window = 0;
  if (open > 0) await Promise.race([new Promise<void>((resolve) => (settled = resolve)), pause(15_000)]);
  await until(() => delivered === sentAt.length);
  await pause(200);
}

async function measured(load: () => Promise<void>): Promise<LoadReport> {
  report = { seconds: 0, acknowledged: 0, delivered: 0, ackTimes: [], deliveryTimes: [], lags: [] };
  const began = performance.now();
  const made = report;
  await load();
  made.seconds = (performance.now() - began) / 1000;
  report = null;
  await drained();
  return made;
}

async function saturate(milliseconds: number, size: number): Promise<LoadReport> {
  const done = await measured(async () => {
    window = size;
    for (const sender of senders) for (let at = 0; at < size; at++) sendNext(sender);
    await pause(milliseconds);
  });
  return { ...done, ackTimes: [], deliveryTimes: [], lags: [] };
}

/** A message each `1 / perSecond` seconds; what a late timer has missed is sent at once, and its lateness told. */
function pace(perSecond: number, milliseconds: number): Promise<LoadReport> {
  return measured(async () => {
    const began = performance.now();
    const total = Math.floor((perSecond * milliseconds) / 1000);
    for (let sent = 0; sent < total; ) {
      const now = performance.now();
      for (; sent < total; sent++) {
        const due = began + (sent * 1000) / perSecond;
        if (due > now) break;
        const sender = senders[(sent * 7919) % senders.length];
        if (sender) sendNext(sender, now - due);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await pause(100);
  });
}

function history(): Sent[] {
  return sentAt.map((_, number) => ({
    id: idOf(number),
    conversationId: senderOf[number]?.conversationId ?? '',
    author: senderOf[number]?.author ?? 'visitor',
    body: BODY,
    ackedSeq: ackedSeqs[number] ?? 0,
    deliveredSeq: deliveredSeqs[number] ?? 0,
    deliveries: deliveryCounts[number] ?? 0,
  }));
}

serveActor(async (question: LoadQuestion): Promise<LoadReport | Sent[] | null> => {
  switch (question.kind) {
    case 'connect':
      return connectAll(question.seats);
    case 'saturate':
      return saturate(question.milliseconds, question.window);
    case 'pace':
      return pace(question.perSecond, question.milliseconds);
    case 'history':
      return history();
    case 'leave':
      for (const wire of wires) wire.close();
      return null;
  }
});
