import { z } from 'zod';
import type { LauncherLook, SiteLook } from './colour.ts';
import { managerEvidence } from './consent.ts';
import type { Certificate } from './erasure.ts';
import { type ConsentState, type Message, messageDraft, uuid7, type VisitorConversation } from './events.ts';
import { EMAIL_MAX_CHARS, NAME_MAX_CHARS } from './limits.ts';
import type { FieldRule, NoticeHead } from './notice.ts';
import type { Reading, ReadingGround } from './reading.ts';
import type { Receipt } from './receipt.ts';
import type { RedactionRules } from './redaction/redaction.ts';
import type { Survivor } from './survivors.ts';

/** HTTP routes with their bodies. The relay parses; browsers import the types only. */

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const actId = z.string().regex(/^[0-9a-f]{32}$/);
/** 32 bytes as base64url. */
const sessionToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const act = z.strictObject({
  control: z.string().regex(/^[a-z0-9_.:-]{1,64}$/),
  action: z.enum(['click', 'keyboard']),
});
/** The chat's module, as the frame was given it: which build the page is of. Pages from before did not say. */
const build = z
  .string()
  .regex(/^\/w\/assets\/[\w.-]{1,80}$/)
  .optional();
const clientTime = z.iso.datetime({ offset: true }).max(40).nullable();

/** Why a line stands above the question: the page speaks another language (PR-09), or the terms have changed (PR-42). */
export type FormNote = 'language' | 'changed';
/** The form with somebody here or away, and with the line that stood above the question. */
export const formVariant = z.enum(['here', 'away', 'here.language', 'away.language', 'here.changed', 'away.changed']);

/** Controls, line ends of every kind, and the marks that turn the direction of writing: none belongs in one line. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** Nothing that could be seen. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const isPlain = (text: string): boolean => text.isWellFormed() && !UNFIT.test(text);

/** One line of text; what a name and an address have in common. What cannot be seen is empty. */
const oneLine = (max: number) =>
  z
    .string()
    .max(max * 4)
    .refine(isPlain, 'not one plain line')
    .transform((text) => (BLANK.test(text) ? '' : text.normalize('NFC').trim()))
    .refine((text) => [...text].length <= max, 'too long');

/** An address that names a place and no person: no user, no password. */
function isPage(text: string): boolean {
  const url = isPlain(text) && URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === '' && url.password === '';
}

export const visitorName = oneLine(NAME_MAX_CHARS);
/** Deliberately loose: one @, something before it, a dot after it. The answer decides whether it was right. */
export const visitorEmail = oneLine(EMAIL_MAX_CHARS).refine(
  (text) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text),
  'not an address',
);

/** `POST /api/consents`: the data gate. The same ids and token give the same answer and no second row. */
export const startRequest = z.strictObject({
  site: z.string().regex(/^[a-z0-9-]{1,64}$/),
  noticeHash: hash,
  session: sessionToken,
  conversationId: uuid7,
  actId,
  message: messageDraft,
  name: visitorName.nullable(),
  email: visitorEmail.nullable(),
  decisions: z.array(z.strictObject({ purpose: z.string().max(64), granted: z.boolean(), ...act.shape })).max(20),
  clientTime,
  /** Origin and path of the host page as it says; null where the page did not tell. */
  page: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[^?#\s]*$/)
    .refine(isPage, 'not an origin and path')
    .nullable(),
  viewport: z.enum(['desktop', 'mobile']),
  build,
  /** Which words that only sometimes fit were drawn; pages from before did not say. */
  variant: formVariant.optional(),
});
export type StartRequest = z.infer<typeof startRequest>;

export interface Started {
  conversation: VisitorConversation;
  messages: Message[];
  consents: ConsentState[];
  /** True when the browser's cookie already had an open conversation and the message went there. */
  joined: boolean;
}

/** Which session speaks: the token of this page's memory, or null for the cookie's. */
const speaker = { session: sessionToken.nullable() };
/** The same, or the link of a receipt: later, and from elsewhere. */
const holder = { ...speaker, link: sessionToken.optional() };

/** `POST /api/consents/decide`: one purpose inside a conversation, the cookie question among them. */
export const decideRequest = z.strictObject({
  ...speaker,
  actId,
  purpose: z.string().max(64),
  granted: z.boolean(),
  noticeHash: hash,
  ...act.shape,
  clientTime,
  viewport: z.enum(['desktop', 'mobile']),
  build,
  /**
   * A fresh token, minted by the page. When the cookie is given up, the page goes on under it in memory;
   * the cookie's own session ends.
   */
  nextSession: sessionToken.nullable(),
  /** The page's consent manager decided this, not a press in the chat. */
  manager: managerEvidence.optional(),
});
export type DecideRequest = z.infer<typeof decideRequest>;
export interface Decided {
  consents: ConsentState[];
  conversation: VisitorConversation;
}

/**
 * `POST /api/consents/withdraw`: everything, at once. Under `nextSession`, minted by the page, it can still ask for what is
 * a right: erasure most of all (PR-47).
 */
export const withdrawRequest = z.strictObject({
  ...speaker,
  nextSession: sessionToken.nullable().optional(),
  actId,
  ...act.shape,
  clientTime,
  viewport: z.enum(['desktop', 'mobile']),
  build,
});
export type WithdrawRequest = z.infer<typeof withdrawRequest>;
export interface Withdrawn extends Decided {
  /** Who may read the talk from now on. */
  reading: Reading;
  /** What an erasure would leave, which is asked next (PR-47, PR-58). */
  survivors: Survivor[];
}

/** `POST /api/privacy/form`: what the form asked, as it stands (GDPR Art. 15), for the page to correct. */
export const formRequest = z.strictObject(holder);
export type FormRequest = z.infer<typeof formRequest>;
export interface FormAsGiven {
  name: string | null;
  email: string | null;
  /** What the notice that was agreed to asks. */
  asked: { name: FieldRule; email: FieldRule };
}

/** `POST /api/privacy/export`: everything, as a ZIP (GDPR Art. 15, 20); and `/api/privacy/erase`. */
export const ownRequest = z.strictObject(speaker);
export type OwnRequest = z.infer<typeof ownRequest>;

/** `POST /api/privacy/erase`, and by a receipt's link `POST /api/receipts/erase`: everything, at once and for good (GDPR Art. 17). */
export interface ErasedForGood {
  certificate: Certificate;
  /** Names of the recipients who are told to do the same (Art. 19); each is asked until it says that it is done. */
  told: string[];
  /** All that is left, with why and until when (PR-58). */
  survivors: Survivor[];
}

/** `POST /api/privacy/rectify`: name and address as they ought to be (GDPR Art. 16). */
export const rectifyRequest = z.strictObject({ ...holder, name: visitorName.nullable(), email: visitorEmail.nullable() });
export type RectifyRequest = z.infer<typeof rectifyRequest>;

/** `POST /api/receipts`: a token that opens this conversation's receipts, later and elsewhere. */
export const receiptLinkRequest = z.strictObject(speaker);
export type ReceiptLinkRequest = z.infer<typeof receiptLinkRequest>;
export interface ReceiptLink {
  /** Belongs after the # of `/receipt`. */
  token: string;
  /** Until when it opens them, epoch milliseconds. */
  until: number;
  /** Where the form that was agreed in is shown again, for a day; null where its build is not archived. */
  shown: string | null;
}

/** `GET /api/notice/HASH/people`: who answers under a notice, and to whom they answer (GDPR Art. 13(1)(a), (b), 13(2)(d)). */
export interface NoticePeople {
  controller: { name: string; address: string; contact: string };
  officer: string | null;
  authority: Authority;
}
/** Where somebody can complain. `contact`: an address on the web or of a house; null where the notice has none. */
export interface Authority {
  name: string;
  contact: string | null;
}

/**
 * `POST /api/receipts/open`: the receipts behind a token, the newest first, and how each purpose now stands. With
 * `?format=kantara-1.1` those of what was granted, in that form.
 */
export const receiptsRequest = z.strictObject({ token: sessionToken });
export type ReceiptsRequest = z.infer<typeof receiptsRequest>;
export interface Receipts {
  site: string;
  look: SiteLook;
  receipts: Receipt[];
  consents: ConsentState[];
  mayWithdraw: boolean;
  /** The chat rests on what would be withdrawn, and ends with it (PR-48). */
  endsChat: boolean;
  /** Who may read the talk now. */
  reading: Reading;
  authority: Authority;
  /** Did the form ask who they are? */
  hasForm: boolean;
  /** As of a `ReceiptLink`. */
  shown: string | null;
}

/** `POST /api/receipts/withdraw`: everything, by the link of a receipt (PR-48). Answers as `open`. */
export const receiptWithdrawRequest = z.strictObject({
  token: sessionToken,
  actId,
  ...act.shape,
  clientTime,
  viewport: z.enum(['desktop', 'mobile']),
});
export type ReceiptWithdrawRequest = z.infer<typeof receiptWithdrawRequest>;

/** `POST /api/conversation/end`. Under `nextSession`, minted by the page, what was agreed can still be withdrawn. */
export const endRequest = z.strictObject({ ...speaker, nextSession: sessionToken.nullable() });
export type EndRequest = z.infer<typeof endRequest>;

/**
 * `POST /api/session/check`: has the browser kept the cookie that was just set? Where it has not, nothing says any more
 * that the chat lasts. A GET asks the same of whatever cookie there is, and changes nothing.
 */
export const checkRequest = z.strictObject(speaker);
export type CheckRequest = z.infer<typeof checkRequest>;
export interface SessionCheck {
  kept: boolean;
}

/** `GET /api/online`: is an agent online now? The same for everybody; asked when the form is shown again. */
export interface Online {
  online: boolean;
}

/** Body of a 422 `notice_unknown`: the words in force, to be drawn and asked again. */
export interface NoticeInForce {
  hash: string;
  doc: NoticeHead;
}

/** What the frame's page carries in `<script type="application/json" id="boot">`. */
export interface FrameBoot {
  site: { key: string; name: string; look: SiteLook };
  notice: NoticeInForce;
  /** On which ground agents read a talk after its withdrawal; left out, they do not. */
  afterWithdrawal?: ReadingGround;
  /** What is said above the question, where something is. */
  note?: string;
  noteIs?: FormNote;
  /** Is an agent online now? */
  online: boolean;
  /** The cookie's open conversation, if the browser sent one: go straight to the chat. */
  resume: { conversationId: string } | null;
  /** Stage 2, imported when it is needed. */
  chatModule: string;
  /** The notice in full, imported to be read. */
  fullModule: string;
  /** What stands under Privacy in the chat, imported once the chat runs, and what asks before a number is sent. */
  privacyModule: string;
  /** What is taken out of what people write, where it is not `DEFAULT_RULES`. */
  redaction?: RedactionRules;
}

/**
 * What the page of an earlier screen carries: what an act after the form was done on, and how each purpose stood before it.
 * `question`: the cookie, under the talk; `panel`: under Privacy, a purpose asked again, or all taken back; `receipt`: all
 * taken back by a receipt's link.
 */
export interface ShownBoot extends FrameBoot {
  screen: 'question' | 'panel' | 'receipt';
  /** The one that was asked; null where everything was taken back. */
  purpose: string | null;
  /** The browser asked that nothing goes to third parties. */
  gpc: boolean;
  /** The chat was over already. */
  ended: boolean;
  consents: ConsentState[];
}

// Agents

export const email = z
  .string()
  .max(EMAIL_MAX_CHARS)
  .transform((text) => text.trim().toLowerCase());
/** Longer than any password, short enough to hash. */
const password = z.string().max(1000);

/** `POST /api/agent/login` */
export const loginRequest = z.strictObject({ email, password });
/** `POST /api/agent/setup`: the first owner, with the one-time link of the start. */
export const setupRequest = z.strictObject({
  token: sessionToken,
  name: visitorName.refine((name) => name.length > 0),
  email: visitorEmail,
  password,
});
/** `POST /api/agent/reset`: a new password, with the one-time link of the command line. */
export const resetRequest = z.strictObject({ token: sessionToken, password });
export type LoginRequest = z.infer<typeof loginRequest>;
export type SetupRequest = z.infer<typeof setupRequest>;
export type ResetRequest = z.infer<typeof resetRequest>;

export const ROLES = ['owner', 'privacy', 'agent'] as const;
/** `privacy` has the privacy desk, as an owner has it, and the inbox as an agent has it. */
export type Role = (typeof ROLES)[number];
/** `GET /api/agent/me`, and the answer to signing in. */
export interface Me {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** What `/s/SITE.js` carries in place of the placeholder: the site's look and words, so that no request follows. */
export interface LoaderConfig {
  key: string;
  /** The relay's origin. */
  relay: string;
  /** Absolute address of the host module, imported after the click. */
  host: string;
  look: LauncherLook;
  greeting: { title: string; text: string } | null;
  words: {
    /** Names of the launcher and of the frame, e.g. "Chat with Northwind Books". */
    open: string;
    close: string;
    /** With `{count}`. */
    unread: string;
    unreachable: string;
    retry: string;
    closeCard: string;
    ended: string;
  };
}
