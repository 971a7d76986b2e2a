import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { NoticeDesk } from '../../shared/api.ts';
import { SECOND } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { ApiFailure, ApiResult, NoticeApi } from '../api.ts';
import type { Failure } from '../errors.ts';
import { nextHash, writable } from './notice-doc.ts';

/** A draft is saved once its writer has paused for so long. */
export const PAUSE = 1.2 * SECOND;
/** What the relay could not hear is said again after so long. */
export const AGAIN = 5 * SECOND;
/** Failures that say nothing about what was sent. */
const PASSING: readonly Failure[] = ['no_answer', 'unavailable', 'rate_limited', 'internal'];

export type Saving = 'saved' | 'unsaved' | 'saving' | 'failed';
/** Why what is written cannot be published now. */
export type Block = 'conflict' | 'empty' | 'unsaved' | 'unchanged' | 'errors';

/** One site's notice in one language, as it is being written here. What is typed stays until the relay has it. */
export interface NoticeSheet {
  readonly site: string;
  readonly locale: string;
  /** What the relay said last; null before it did. */
  readonly desk: ReadonlySignal<NoticeDesk | null>;
  /** The words in the editor; null where there are none yet. */
  readonly doc: ReadonlySignal<NoticeDoc | null>;
  readonly saving: ReadonlySignal<Saving>;
  /** Why the last thing that was asked of the relay did not happen. */
  readonly failure: ReadonlySignal<ApiFailure | null>;
  /** What stands at the relay in the place of the draft that was changed here. */
  readonly theirs: ReadonlySignal<NoticeDesk | null>;
  /** The words as they were before something was taken away, until the next change. */
  readonly undo: ReadonlySignal<{ removed: string | null; doc: NoticeDoc } | null>;
  readonly block: ReadonlySignal<Block | null>;
  hasUnsaved(): boolean;
  load(): Promise<void>;
  edit(doc: NoticeDoc): void;
  /** A change that takes something away under this name. */
  remove(doc: NoticeDoc, name: string): void;
  putBack(): void;
  save(): Promise<void>;
  keepMine(): Promise<void>;
  takeTheirs(): void;
  /** Publishes the saved draft by the hash that was seen; gives why not, or null. */
  publish(): Promise<ApiFailure | null>;
  adopt(profile: string): Promise<ApiFailure | null>;
  stop(): void;
}

interface Parts {
  api: NoticeApi;
  site: string;
  locale: string;
  onUnauthorized(): void;
}

export function createNoticeSheet({ api, site, locale, onUnauthorized }: Parts): NoticeSheet {
  const desk = signal<NoticeDesk | null>(null);
  const doc = signal<NoticeDoc | null>(null);
  /** The words as the relay has them, by identity: the editor never changes a document in place. */
  const kept = signal<NoticeDoc | null>(null);
  const running = signal<Promise<void> | null>(null);
  const failure = signal<ApiFailure | null>(null);
  const theirs = signal<NoticeDesk | null>(null);
  const undo = signal<NoticeSheet['undo']['value']>(null);
  /** The draft that the next save changes. */
  let base: string | null = null;
  /** Hashes of what was sent and not answered: found at the relay, they are no other's. */
  const unanswered = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isDirty = () => doc.peek() !== kept.peek();
  const saving = computed<Saving>(() => {
    if (running.value) return 'saving';
    if (doc.value === kept.value) return 'saved';
    return failure.value ? 'failed' : 'unsaved';
  });
  const block = computed<Block | null>(() => {
    const now = desk.value;
    if (theirs.value) return 'conflict';
    if (!now || !doc.value) return 'empty';
    if (saving.value !== 'saved') return 'unsaved';
    if (!now.draft || now.changes.length === 0) return 'unchanged';
    return now.findings.some(({ level }) => level === 'error') ? 'errors' : null;
  });

  const wait = (pause: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void sheet.save(), pause);
  };
  /** Takes what the relay says as what there is, words and all. */
  function take(next: NoticeDesk): void {
    const words = next.draft?.doc ?? next.inForce?.doc;
    batch(() => {
      base = next.draft?.hash ?? null;
      desk.value = next;
      kept.value = words ? writable(words) : null;
      doc.value = kept.value;
      theirs.value = null;
      failure.value = null;
    });
  }
  function refuse(error: ApiFailure): ApiFailure {
    failure.value = error;
    if (error.code === 'unauthorized') onUnauthorized();
    return error;
  }
  const hashNow = (words: NoticeDoc) => nextHash(words, desk.peek()?.inForce?.version);

  /** Another draft stands at the relay: this writer's own, whose answer was lost, or somebody else's. */
  async function meet(): Promise<boolean> {
    const found = await api.desk(site, locale);
    if (!found.ok) {
      refuse(found.error);
      return false;
    }
    const held = found.data.draft?.hash ?? null;
    const isMine = held === base || (held !== null && unanswered.has(held));
    if (isMine) base = held;
    else theirs.value = found.data;
    return isMine;
  }

  async function send(words: NoticeDoc): Promise<void> {
    const hash = hashNow(words);
    let answer: ApiResult<NoticeDesk> = await api.save(site, words, base);
    if (!answer.ok && answer.error.code === 'conflict') {
      if (!(await meet())) return;
      answer = await api.save(site, words, base);
    }
    if (!answer.ok) {
      if (PASSING.includes(answer.error.code)) {
        unanswered.add(hash);
        wait(AGAIN);
      }
      refuse(answer.error);
      return;
    }
    unanswered.clear();
    const { data } = answer;
    batch(() => {
      base = data.draft?.hash ?? null;
      desk.value = data;
      kept.value = words;
      failure.value = null;
    });
  }

  const sheet: NoticeSheet = {
    site,
    locale,
    desk,
    doc,
    saving,
    failure,
    theirs,
    undo,
    block,
    hasUnsaved: isDirty,
    async load() {
      const answer = await api.desk(site, locale);
      if (!answer.ok) refuse(answer.error);
      else if (!isDirty()) take(answer.data);
      else {
        desk.value ??= answer.data;
        void sheet.save();
      }
    },
    edit(next) {
      batch(() => {
        doc.value = next;
        undo.value = null;
      });
      if (!theirs.peek()) wait(PAUSE);
    },
    remove(next, name) {
      const before = doc.peek();
      sheet.edit(next);
      if (before) undo.value = { removed: name, doc: before };
    },
    putBack() {
      const before = undo.peek()?.doc;
      if (before) sheet.edit(before);
    },
    save() {
      clearTimeout(timer);
      const words = doc.peek();
      if (!words || !isDirty() || theirs.peek()) return Promise.resolve();
      const under = running.peek();
      // What was typed while this was under way goes after it.
      if (under) return under.then(() => sheet.save());
      const turn = send(words).finally(() => {
        running.value = null;
        if (isDirty() && !failure.peek() && !theirs.peek()) wait(PAUSE);
      });
      running.value = turn;
      return turn;
    },
    async keepMine() {
      const other = theirs.peek();
      if (!other) return;
      batch(() => {
        base = other.draft?.hash ?? null;
        desk.value = other;
        theirs.value = null;
        // Also where everything was saved before: it is no longer what the relay has.
        kept.value = null;
      });
      await sheet.save();
    },
    takeTheirs() {
      const other = theirs.peek();
      const mine = doc.peek();
      if (!other) return;
      take(other);
      if (mine) undo.value = { removed: null, doc: mine };
    },
    async publish() {
      const hash = desk.peek()?.draft?.hash;
      if (!hash || block.peek()) return null;
      const answer = await api.publish(site, locale, hash);
      if (answer.ok) {
        take(answer.data);
        undo.value = null;
        return null;
      }
      if (answer.error.code === 'unauthorized') onUnauthorized();
      // The draft that was seen is not the one that would be published; or it is, and its answer was lost.
      if (['conflict', 'not_found', 'invalid'].includes(answer.error.code)) {
        const found = await api.desk(site, locale);
        if (found.ok && (found.data.inForce?.hash === hash || found.data.draft?.hash === hash)) {
          take(found.data);
          if (found.data.inForce?.hash === hash) return null;
        } else if (found.ok) theirs.value = found.data;
      }
      return answer.error;
    },
    async adopt(profile) {
      const before = doc.peek();
      clearTimeout(timer);
      await running.peek();
      const answer = await api.adopt(site, locale, profile);
      if (!answer.ok) {
        if (answer.error.code === 'unauthorized') onUnauthorized();
        return answer.error;
      }
      take(answer.data);
      if (before) undo.value = { removed: null, doc: before };
      return null;
    },
    stop: () => clearTimeout(timer),
  };
  return sheet;
}
