import type { DecideRequest, FrameBoot, Started, StartRequest } from '../../shared/api.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { formPurposes } from '../../shared/notice.ts';
import { get, post, type Reply, type Sender } from './http.ts';
import { type VisitorSocket, visitorSocket } from './sockets.ts';

export interface TestVisitor {
  request: StartRequest;
  started: Started;
  conversationId: string;
  session: string;
  connect(): Promise<VisitorSocket>;
}

/** What the frame's page carries for the widget. */
export async function frameBoot(relay: Sender, headers: Record<string, string> = {}): Promise<FrameBoot> {
  const page = await get(relay, '/frame/demo', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe', ...headers });
  const json = /<script[^>]*\bid="boot"[^>]*>([\s\S]*?)<\/script>/.exec(page.text)?.[1];
  if (!json) throw new Error(`no boot data in the frame (${page.status}): ${page.text.slice(0, 200)}`);
  return JSON.parse(json) as FrameBoot;
}

/** A start as the widget would send it: every box of the form ticked, and fresh ids. */
export async function startRequestFor(relay: Sender, change: Partial<StartRequest> = {}): Promise<StartRequest> {
  return startRequestFrom(await frameBoot(relay), change);
}

export function startRequestFrom({ notice }: Pick<FrameBoot, 'notice'>, change: Partial<StartRequest> = {}): StartRequest {
  return {
    site: 'demo',
    noticeHash: notice.hash,
    session: newSessionToken(),
    conversationId: newId(),
    actId: newActId(),
    message: { id: newId(), body: 'Do you have The Tide Almanac?' },
    name: 'Aoife',
    email: 'aoife@example.ie',
    decisions: formPurposes(notice.doc).map(({ id }) => ({
      purpose: id,
      granted: true,
      control: `purpose.${id}`,
      action: 'click',
    })),
    clientTime: new Date().toISOString(),
    page: 'http://shop.example/books',
    viewport: 'desktop',
    ...change,
  };
}

export function postStart<T = Started>(
  relay: Sender,
  request: unknown,
  headers: Record<string, string | null> = {},
): Promise<Reply<T>> {
  return post<T>(relay, '/api/consents', request, headers);
}

/** A visitor who agreed, with a conversation begun by the real road. */
export async function startVisitor(relay: Sender, change: Partial<StartRequest> = {}): Promise<TestVisitor> {
  const request = await startRequestFor(relay, change);
  const reply = await postStart(relay, request);
  if (reply.status !== 200) throw new Error(`the start was refused: ${reply.status} ${reply.text}`);
  const { conversationId, session } = request;
  return {
    request,
    started: reply.body,
    conversationId,
    session,
    connect: () => visitorSocket(relay, { auth: { session } }),
  };
}

/** An answer to the cookie question, with a fresh act. */
export function decisionOf(
  visitor: Pick<TestVisitor, 'session' | 'request'>,
  change: Partial<DecideRequest> = {},
): DecideRequest {
  return {
    session: visitor.session,
    actId: newActId(),
    purpose: 'persistence',
    granted: true,
    noticeHash: visitor.request.noticeHash,
    control: 'chat.persistence',
    action: 'click',
    clientTime: null,
    viewport: 'desktop',
    nextSession: null,
    ...change,
  };
}
