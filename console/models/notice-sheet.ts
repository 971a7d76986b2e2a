import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { SECOND } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import type { ApiFailure, NoticeApi } from '../api.ts';
import { PASSING } from './again.ts';
import { withMade, writable } from './notice-doc.ts';

/** A draft is saved once its writer has paused for so long. */
export const PAUSE = 1.2 * SECOND;
/** What the relay could not hear is said again after so long. */
export const AGAIN = 5 * SECOND;

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
  /** What was sent last and not answered: the relay may have it or not. */
  let unanswered: NoticeDoc | null = null;
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
  /** Somebody else's draft stands at the relay: it is shown beside what is written here. */
  async function meet(): Promise<void> {
    const found = await api.desk(site, locale);
    if (found.ok) theirs.value = found.data;
    else refuse(found.error);
  }

  /** Says these words to the relay; false where they are not there now, as far as is known. */
  async function say(words: NoticeDoc): Promise<boolean> {
    const answer = await api.save(site, words, base);
    if (!answer.ok) {
      if (answer.error.code === 'conflict') {
        unanswered = null;
        await meet();
        return false;
      }
      if (PASSING.includes(answer.error.code)) {
        unanswered = words;
        wait(AGAIN);
      }
      refuse(answer.error);
      return false;
    }
    const { data } = answer;
    const made = data.draft ? withMade(words, words, writable(data.draft.doc)) : words;
    batch(() => {
      base = data.draft?.hash ?? null;
      unanswered = null;
      desk.value = data;
      kept.value = made;
      doc.value = doc.peek() === words ? made : doc.peek() && withMade(doc.peek(), words, made);
      failure.value = null;
    });
    return true;
  }

  /** First what was not answered: the relay may have it, and knows it again. Only then what was typed after it. */
  async function send(): Promise<void> {
    if (unanswered && unanswered !== doc.peek() && !(await say(unanswered))) return;
    const words = doc.peek();
    if (words && isDirty()) await say(words);
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
      // Between two drafts only their writer chooses.
      if (theirs.peek()) return;
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
      if (!doc.peek() || !isDirty() || theirs.peek()) return Promise.resolve();
      const under = running.peek();
      // What was typed while this was under way goes after it.
      if (under) return under.then(() => sheet.save());
      const turn = send().finally(() => {
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
