import { Agent, request } from 'node:http';
import { DEMO_NOTICE } from '../../../server/notices/demo-notice.ts';
import { newActId, newId, newSessionToken } from '../../../shared/ids.ts';
import { formPurposes, noticeHash } from '../../../shared/notice.ts';
import { seat, startRelayOf, type Variant } from './variants.ts';

/** Milliseconds of each consent POST, sent evenly at `perSecond` to one site, in turn to so many relays on one store. */
export async function consentTimes(variant: Variant, relays: number, perSecond: number, seconds: number): Promise<number[]> {
  const started = Array.from({ length: relays }, () => startRelayOf(variant));
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  try {
    const origins: string[] = [];
    // One after the other: the first makes the schema.
    for (const relay of started) origins.push((await seat(relay, 0, 0)).origin);
    for (const origin of origins) await Promise.all(Array.from({ length: 20 }, () => post(agent, origin)));
    const began = performance.now();
    const posts: Promise<number>[] = [];
    for (let at = 0; at < perSecond * seconds; at++) {
      const due = began + (at * 1000) / perSecond;
      if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      posts.push(post(agent, origins[at % origins.length] ?? ''));
    }
    return await Promise.all(posts);
  } finally {
    agent.destroy();
    await Promise.all(started.map((relay) => relay.stop()));
  }
}

/** @throws when the relay answers anything but 200. */
function post(agent: Agent, origin: string): Promise<number> {
  const body = JSON.stringify({
    site: 'demo',
    noticeHash: noticeHash(DEMO_NOTICE),
    session: newSessionToken(),
    conversationId: newId(),
    actId: newActId(),
    message: { id: newId(), body: 'Do you have The Tide Almanac?' },
    name: 'Hanna Lindqvist',
    email: 'hanna@lindqvist.example',
    decisions: formPurposes(DEMO_NOTICE).map(({ id, required }) => ({
      purpose: id,
      granted: required,
      control: `form.${id}`,
      action: 'click',
    })),
    clientTime: new Date().toISOString(),
    page: 'https://shop.example/books',
    viewport: 'desktop',
  });
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const headers = {
      'content-type': 'application/json',
      origin,
      host: `${hostname}:${port}`,
      'content-length': Buffer.byteLength(body),
    };
    const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/api/consents', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`a consent was answered with ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
