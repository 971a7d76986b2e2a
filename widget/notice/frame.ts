import type { VNode } from 'preact';
import type { FrameBoot, NoticeInForce } from '../../shared/api.ts';
import type { HostPort } from '../bridge.ts';
import type { Wrongs } from './asked.ts';

/** What both stages know of the frame they run in. */
export interface Frame {
  boot: FrameBoot;
  host: HostPort;
  /** The panel as the host page last said. */
  shown: { open: boolean; phone: boolean };
  /** Shows the chat in place of the form; with null the form again, with a question begun. */
  show(chat: VNode | null, question?: string): void;
}

/** The hand with which the visitor last acted: the record says how each box was set. */
export type Hand = 'click' | 'keyboard';

/** What was found in the form when Start was pressed. */
export interface Filled {
  /** The form as it stands in the page: its words are read back from there, and what is typed and ticked. */
  form: HTMLElement;
  notice: NoticeInForce;
  hands: Record<string, Hand>;
  /** When Start was pressed, by `performance.now()`. */
  pressed: number;
}

/** Why the chat did not start, in words: what to mend first, or with `notice` the words that are in force now. */
export interface Refused {
  title: string;
  text: string;
  wrongs?: Wrongs;
  /** The same with what is still to be mended; null when that is nothing. */
  left?: (wrongs: Wrongs) => Refused | null;
  notice?: NoticeInForce;
}

/** Stage 2, as stage 1 knows it. */
export interface ChatModule {
  /** The data gate: one POST. Shows the chat, or says why there is none. */
  start(frame: Frame, filled: Filled): Promise<Refused | null>;
  /** Goes on with the conversation of the cookie, if there is one. */
  resume(frame: Frame, draft: string, privacy: boolean): Promise<void>;
}

/** Of the eight seconds after Start, what comes later leaves some to the POST. */
const LOAD_TIMEOUT = 6500;
let failures = 0;
const loaded: Record<string, unknown> = {};

/**
 * Fetches what comes later, once. A failed import is remembered by the browser, hence another address the next time.
 * @throws when nothing came in time.
 */
export async function load<Module>(address: string): Promise<Module> {
  try {
    loaded[address] ??= await Promise.race([
      import(/* @vite-ignore */ address + (failures ? `?r=${failures}` : '')),
      new Promise((_, reject) => setTimeout(reject, LOAD_TIMEOUT)),
    ]);
  } catch (error) {
    failures++;
    throw error;
  }
  return loaded[address] as Module;
}

let hand: Hand = 'click';
addEventListener('pointerdown', () => (hand = 'click'), true);
addEventListener('keydown', () => (hand = 'keyboard'), true);
export const lastHand = (): Hand => hand;
