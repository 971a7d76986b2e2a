import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { NoticeAddress } from './notice-desk.ts';

export interface PrivacyAddress {
  page: string;
  rest: string;
}

/** Where the address leads. After the hash it never reaches a server's log. */
export interface Route {
  /** `#c=ID`: this conversation. */
  readonly id: ReadonlySignal<string | null>;
  /** `#notices`, or one of them, `#notice=SITE/LOCALE`; null in the inbox. */
  readonly notices: ReadonlySignal<{ address: NoticeAddress | null } | null>;
  /** `#privacy`, or a page of it, `#privacy/PAGE`, with what the page makes of the rest, `#privacy/PAGE/REST`. */
  readonly privacy: ReadonlySignal<PrivacyAddress | null>;
  go(id: string | null): void;
  stop(): void;
}

function readId(hash: string): string | null {
  return /^#c=([0-9a-f-]{36})$/.exec(hash)?.[1] ?? null;
}

function readNotices(hash: string): { address: NoticeAddress | null } | null {
  if (hash === '#notices') return { address: null };
  const [, site, locale] = /^#notice=([a-z0-9-]{1,64})\/([A-Za-z0-9-]{2,35})$/.exec(hash) ?? [];
  return site && locale ? { address: { site, locale } } : null;
}

function readPrivacy(hash: string): PrivacyAddress | null {
  const [whole, page = '', rest = ''] = /^#privacy(?:\/([a-z-]{1,32})(?:\/([\w.~-]{1,100}))?)?$/.exec(hash) ?? [];
  return whole === undefined ? null : { page, rest };
}

export function privacyHref(page: string, rest = ''): string {
  return rest === '' ? `#privacy/${page}` : `#privacy/${page}/${rest}`;
}

export function noticeHref({ site, locale }: NoticeAddress): string {
  return `#notice=${site}/${locale}`;
}

/** Follows the address, so that Back, a reload and a bookmark do what they say. */
export function watchRoute(): Route {
  const hash = signal(location.hash);
  const update = () => {
    hash.value = location.hash;
  };
  window.addEventListener('hashchange', update);
  return {
    id: computed(() => readId(hash.value)),
    notices: computed(() => readNotices(hash.value)),
    privacy: computed(() => readPrivacy(hash.value)),
    go(next) {
      location.hash = next === null ? 'inbox' : `c=${next}`;
      update();
    },
    stop: () => window.removeEventListener('hashchange', update),
  };
}
