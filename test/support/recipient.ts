import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSignature } from '../../server/webhooks/secret.ts';
import { WEBHOOK_EVENTS, type WebhookAdded, type WebhookEvent, type WebhookPayload } from '../../shared/webhooks.ts';
import { signIn } from './agent.ts';
import { post, type Sender } from './http.ts';

/** What one delivery brought, as it came. */
export interface Delivered {
  id: string;
  seconds: number;
  signature: string;
  body: string;
  payload: WebhookPayload;
}

/** How the recipient answers next; a promise is an answer that is yet to come. */
export type Answering = (delivered: Delivered, res: ServerResponse) => void;

export interface Recipient {
  url: string;
  port: number;
  received: Delivered[];
  /** Every request that came in, with its path, those to other places too. */
  paths: string[];
  answerWith(status: number, headers?: Record<string, string>): void;
  answerBy(how: Answering): void;
  close(): Promise<void>;
}

/** A real receiver on a port of its own, which does what a test tells it to. */
export async function startRecipient(): Promise<Recipient> {
  const received: Delivered[] = [];
  const paths: string[] = [];
  let answer: Answering = (_delivered, res) => res.writeHead(200).end();
  const server = createServer((req, res) => {
    paths.push(req.url ?? '');
    void bodyOf(req).then((body) => {
      const header = (name: string): string => String(req.headers[name] ?? '');
      const payload = JSON.parse(body || '{}') as WebhookPayload;
      const seconds = Number(header('webhook-timestamp'));
      const delivered = { id: header('webhook-id'), seconds, signature: header('webhook-signature'), body, payload };
      received.push(delivered);
      answer(delivered, res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    paths,
    answerWith: (status, headers = {}) => {
      answer = (_delivered, res) => res.writeHead(status, headers).end();
    },
    answerBy: (how) => {
      answer = how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

export const bytesOfSecret = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** As a recipient checks what it got (Standard Webhooks). */
export function isGenuine(secret: string, { id, seconds, body, signature }: Delivered): boolean {
  return isSignature(bytesOfSecret(secret), id, seconds, body, signature);
}

/** Subscribes through the real door, as an owner does. By itself to an address where nobody answers. */
export async function addRecipient(
  relay: Sender,
  owner: { cookie: string } | null = null,
  change: { url?: string; recipient?: string; events?: WebhookEvent[] } = {},
): Promise<WebhookAdded> {
  const { cookie } = owner ?? (await signIn(relay));
  const request = {
    site: 'demo',
    recipient: 'Harbour Hosting',
    url: 'https://recipient.invalid/hook',
    events: [...WEBHOOK_EVENTS],
    ...change,
  };
  const reply = await post<WebhookAdded>(relay, '/api/agent/privacy/webhooks/add', request, { cookie });
  if (reply.status !== 200) throw new Error(`subscribing was refused: ${reply.status} ${reply.text}`);
  return reply.body;
}
