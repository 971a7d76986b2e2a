import { type ReadonlySignal, signal } from '@preact/signals';
import type { NoticeApi } from '../api.ts';
import type * as page from '../pages/Notices.tsx';
import type { NoticeDeskModel } from './notice-desk.ts';

/** The page of the notices with its rules: fetched when an owner first goes there. */
type Module = typeof page;
interface Opened {
  desk: NoticeDeskModel;
  Page: Module['Notices'];
}

/** Where the notices are written. What was typed there outlives leaving the page, and a new sign-in. */
export interface NoticesPlace {
  readonly opened: ReadonlySignal<Opened | 'loading' | 'failed'>;
  open(): void;
  hasUnsaved(): boolean;
  stop(): void;
}

export function createNoticesPlace(api: NoticeApi, load: () => Promise<Module>, onUnauthorized: () => void): NoticesPlace {
  const opened = signal<Opened | 'loading' | 'failed'>('loading');
  const there = () => (typeof opened.peek() === 'object' ? (opened.peek() as Opened).desk : null);
  let asked = false;
  return {
    opened,
    open() {
      if (asked) return;
      asked = true;
      opened.value = 'loading';
      load()
        .then(({ Notices, createNoticeDesk }) => {
          opened.value = { desk: createNoticeDesk(api, onUnauthorized), Page: Notices };
        })
        .catch(() => {
          asked = false;
          opened.value = 'failed';
        });
    },
    hasUnsaved: () => there()?.hasUnsaved() ?? false,
    stop: () => there()?.stop(),
  };
}
