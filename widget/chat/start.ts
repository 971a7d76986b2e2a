import type { NoticeInForce, Started, StartRequest } from '../../shared/api.ts';
import type { MessageDraft } from '../../shared/events.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { OPEN_TIMEOUT, SECOND } from '../../shared/limits.ts';
import { formPurposes, type ShownWords, shownHash } from '../../shared/notice.ts';
import { ask } from '../http.ts';
import type { Wrongs } from '../notice/asked.ts';
import { type Filled, type Frame, lastHand, type Refused } from '../notice/frame.ts';
import { cleanText } from '../text.ts';
import { askFirst } from './ask-first.ts';
import { typedIn, wrongIn } from './check.ts';
import { say } from './words.ts';

/** How long the host page has to tell where it is. */
const PAGE_TIMEOUT = 500;

interface Attempt {
  session: string;
  conversationId: string;
  actId: string;
  message: MessageDraft;
}

/** What one form was started with, and what the relay answered. */
export interface Start {
  session: string;
  message: MessageDraft;
  started: Started;
}

const attempts = new WeakMap<HTMLElement, Attempt>();

/**
 * The ids of one form, minted once: however often Start is pressed, the relay sees one start. Only the message's id
 * is new when its text is, because one id stands for one text.
 */
function attemptOf(form: HTMLElement, body: string, asIs: MessageDraft['asIs']): Attempt {
  const attempt = attempts.get(form) ?? {
    session: newSessionToken(),
    conversationId: newId(),
    actId: newActId(),
    message: { id: '', body: '' },
  };
  const { id } = attempt.message.body === body ? attempt.message : { id: newId() };
  attempt.message = { id, body, asIs };
  attempts.set(form, attempt);
  return attempt;
}

/** The words as they stand in the page (PR-38). A word that stands there twice must be the same twice. */
export function readWords(shown: ParentNode): ShownWords {
  const words: ShownWords = {};
  for (const element of shown.querySelectorAll<HTMLElement>('[data-word]')) {
    const key = element.dataset.word ?? '';
    const text = element instanceof HTMLTextAreaElement ? element.placeholder : (element.textContent ?? '');
    words[key] = key in words && words[key] !== text ? `${words[key]} ${text}` : text;
  }
  return words;
}

function toMend(wrongs: Wrongs): Refused | null {
  const count = Object.keys(wrongs).length;
  return count > 0 ? { title: say(count > 1 ? 'wrongMany' : 'wrongOne', { count }), text: '', wrongs, left: toMend } : null;
}

/**
 * The data gate: one POST with what is typed and ticked, and the hash of the words that stand there. What has to be
 * mended first is said here, and nothing is sent.
 */
export async function giveConsent(frame: Frame, { form, notice, hands, pressed }: Filled): Promise<Start | Refused> {
  // Words come within eight seconds of the press, however long the code took that says them; thinking is not counted.
  const left = OPEN_TIMEOUT - SECOND - (performance.now() - pressed);
  let typed = typedIn(notice.doc);
  const refused = toMend(wrongIn(notice.doc, typed));
  if (refused) return refused;
  const verdict = await askFirst(frame, typed.question + typed.name, 'question', 'name');
  if (typeof verdict === 'object') return toMend(verdict) as Refused;
  // What was taken out is gone from the fields.
  typed = typedIn(notice.doc);
  const attempt = attemptOf(form, cleanText(typed.question), verdict);
  // A name that is pasted may bring marks of direction along, which the relay refuses.
  const line = (text: string): string | null => cleanText(text.replace(/\p{Bidi_C}/gu, '')).replace(/\s+/g, ' ') || null;
  const { session, message } = attempt;
  const words = readWords(form);
  const { noteIs } = frame.boot;
  const presence = 'promise' in words ? 'here' : 'away';
  const request: StartRequest = {
    site: frame.boot.site.key,
    noticeHash: shownHash(notice.doc, 'form', words),
    ...attempt,
    name: line(typed.name),
    email: line(typed.email),
    decisions: formPurposes(notice.doc).map(({ id }) => ({
      purpose: id,
      granted: typed.ticked[id] === true,
      control: `form.${id}`,
      action: hands[id] ?? lastHand(),
    })),
    clientTime: new Date().toISOString(),
    page: await pageOf(frame),
    viewport: frame.shown.phone ? 'mobile' : 'desktop',
    build: frame.boot.chatModule,
    variant: noteIs ? `${presence}.${noteIs}` : presence,
  };
  const reply = await ask<Started>('/api/consents', request, Math.max(left, SECOND));
  if (reply.ok) return { session, message, started: reply.data };
  const { code, body } = reply;
  const news = body.notice as NoticeInForce | undefined;
  if (code === 'notice_unknown' && news) return { title: say('changed'), text: say('changedText'), notice: news };
  const text =
    code === 'rate_limited'
      ? say('failedBusy', { seconds: body.error?.retryAfterSeconds ?? 60 })
      : say(code === 'unreachable' ? 'failedLink' : 'failedOther');
  return { title: say('failed'), text };
}

/** Origin and path of the host page, if it tells. */
function pageOf(frame: Frame): Promise<string | null> {
  return new Promise((resolve) => {
    const answered = (page: string | null): void => {
      clearTimeout(timer);
      stop();
      resolve(page);
    };
    const stop = frame.host.listen((message) => message.type === 'page' && answered(message.page));
    const timer = setTimeout(answered, PAGE_TIMEOUT, null);
    frame.host.tell({ type: 'ask-page' });
  });
}
