import { type ReadonlySignal, signal } from '@preact/signals';
import type { NoticeShelf } from '../../shared/owner-api.ts';
import type { ApiFailure, NoticeApi } from '../api.ts';
import { writable } from './notice-doc.ts';
import { createNoticeSheet, type NoticeSheet } from './notice-sheet.ts';

/** Which notice the address names. */
export interface NoticeAddress {
  site: string;
  locale: string;
}

/** The owner's desk: which notices there are, and the sheets that were opened, with what was typed on them. */
export interface NoticeDeskModel {
  readonly shelf: ReadonlySignal<NoticeShelf | null>;
  readonly failure: ReadonlySignal<ApiFailure | null>;
  readonly sheet: ReadonlySignal<NoticeSheet | null>;
  /** Asks for the shelf again, and opens what is named, or the first notice there is. */
  show(address: NoticeAddress | null): Promise<void>;
  /** Begins the sheet with the words of another language; gives why not. */
  copy(locale: string): Promise<ApiFailure | null>;
  hasUnsaved(): boolean;
  /** The line is back: what could not be saved is tried again. */
  retry(): void;
  stop(): void;
}

/** The language of a site that has no notice yet. */
const FIRST_LOCALE = 'en';

export function createNoticeDesk(api: NoticeApi, onUnauthorized: () => void): NoticeDeskModel {
  const shelf = signal<NoticeShelf | null>(null);
  const failure = signal<ApiFailure | null>(null);
  const sheet = signal<NoticeSheet | null>(null);
  const sheets = new Map<string, NoticeSheet>();
  let shown: NoticeAddress | null = null;

  function open({ site, locale }: NoticeAddress): void {
    const key = `${site}/${locale}`;
    const known = sheets.get(key) ?? createNoticeSheet({ api, site, locale, onUnauthorized });
    sheets.set(key, known);
    // What was typed on the one before is saved before it is left.
    if (sheet.peek() !== known) void sheet.peek()?.save();
    sheet.value = known;
    void known.load();
  }
  function first(): NoticeAddress | null {
    const site = shelf.peek()?.sites[0];
    return site ? { site: site.key, locale: site.locales[0]?.locale ?? FIRST_LOCALE } : null;
  }

  return {
    shelf,
    failure,
    sheet,
    async show(address) {
      shown = address;
      if (address) open(address);
      const answer = await api.shelf();
      if (answer.ok) {
        shelf.value = answer.data;
        failure.value = null;
      } else {
        failure.value = answer.error;
        if (answer.error.code === 'unauthorized') onUnauthorized();
      }
      // Only where nothing was opened meanwhile.
      const there = shown ? null : (sheet.peek() ?? first());
      if (there) open(there);
    },
    async copy(locale) {
      const onto = sheet.peek();
      if (!onto) return null;
      const answer = await api.desk(onto.site, locale);
      if (!answer.ok) return answer.error;
      const words = answer.data.draft?.doc ?? answer.data.inForce?.doc;
      if (words) onto.edit(writable({ ...words, version: 1, locale: onto.locale }));
      return null;
    },
    hasUnsaved: () => [...sheets.values()].some((one) => one.hasUnsaved()),
    retry() {
      for (const one of sheets.values()) if (one.saving.peek() === 'failed') void one.save();
    },
    stop() {
      for (const one of sheets.values()) one.stop();
    },
  };
}
