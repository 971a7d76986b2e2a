import type { ApiResult, NoticeApi } from '../../console/api.ts';
import { touchedPurposes } from '../../server/notices/changes.ts';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { withGenerated } from '../../server/notices/generated.ts';
import { lintNotice } from '../../server/notices/lint.ts';
import { inWords } from '../../server/notices/publish.ts';
import type { SiteSettings } from '../../server/store/rows.ts';
import { DAY } from '../../shared/limits.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import { changesBetween } from '../../shared/notice-changes.ts';
import type { NoticeDesk, NoticeShelf } from '../../shared/owner-api.ts';
import { GRANTED } from './fake-relay.ts';

const SETTINGS: SiteSettings = { colour: '#05585f', greeting: null, ipMode: 'full', cookieLife: DAY };

type Ask = 'desk' | 'save' | 'publish' | 'adopt' | 'shelf';
const refused = (code: 'no_answer' | 'conflict' | 'not_found' | 'invalid'): { ok: false; error: { code: typeof code } } => ({
  ok: false,
  error: { code },
});

/** The notices of one site in memory, behind the console's own interface, judged by the relay's own rules. */
export class FakeNotices implements NoticeApi {
  inForce: NoticeDoc | null;
  draft: NoticeDoc | null = null;
  affected = 3;
  notes: string[] = [];
  readonly asked: Ask[] = [];
  /** What becomes of the next requests: `lost` before the relay heard them, or only their `answer` is. */
  readonly fate: ('lost' | 'answer')[] = [];
  readonly versions: NoticeDoc[] = [];

  constructor(inForce: NoticeDoc | null = DEMO_NOTICE) {
    this.inForce = inForce;
    if (inForce) this.versions.push(inForce);
  }

  /** The draft as it would be published. */
  get next(): NoticeDoc | null {
    return this.draft && this.#next(this.draft);
  }
  #next(doc: NoticeDoc): NoticeDoc {
    return plainDoc(withGenerated({ ...doc, version: (this.inForce?.version ?? 0) + 1 }, SETTINGS));
  }
  get #held(): string | null {
    return this.next && noticeHash(this.next);
  }

  #desk(locale = 'en'): NoticeDesk {
    const { inForce, next } = this;
    const changes = next ? changesBetween(inForce, next) : [];
    return {
      site: { key: 'demo', name: 'Northwind Books' },
      locale,
      profiles: [],
      inForce: inForce && { hash: noticeHash(inForce), version: inForce.version, publishedAt: GRANTED, doc: inForce },
      versions: this.versions.map((doc) => ({ hash: noticeHash(doc), version: doc.version, publishedAt: GRANTED })).reverse(),
      draft: next && { hash: noticeHash(next), doc: next, updatedAt: GRANTED },
      findings: next ? lintNotice(next, SETTINGS).map((one) => ({ ...one, text: inWords(one) })) : [],
      changes,
      material: !!inForce && !!next && touchedPurposes(inForce, next).length > 0,
      notes: this.notes,
      affected: this.affected,
    };
  }

  async #answer<T>(ask: Ask, act: () => ApiResult<T>): Promise<ApiResult<T>> {
    this.asked.push(ask);
    const fate = this.fate.shift();
    if (fate === 'lost') return refused('no_answer');
    const answer = act();
    return fate === 'answer' ? refused('no_answer') : answer;
  }

  shelf(): Promise<ApiResult<NoticeShelf>> {
    const version = this.inForce?.version ?? null;
    const locales =
      this.inForce || this.draft ? [{ locale: 'en', version, publishedAt: GRANTED, hasDraft: this.draft !== null }] : [];
    return this.#answer('shelf', () => ({
      ok: true,
      data: {
        sites: [{ key: 'demo', name: 'Northwind Books', locales }],
        profiles: [{ id: 'eu', name: 'European Union (GDPR)', locales: ['en'] }],
      },
    }));
  }
  desk(_site: string, locale: string): Promise<ApiResult<NoticeDesk>> {
    return this.#answer('desk', () => ({ ok: true, data: this.#desk(locale) }));
  }
  save(_site: string, doc: NoticeDoc, base: string | null): Promise<ApiResult<NoticeDesk>> {
    return this.#answer('save', () => {
      if (this.#held !== base && this.#held !== noticeHash(this.#next(doc))) return refused('conflict');
      this.draft = doc;
      return { ok: true, data: this.#desk() };
    });
  }
  publish(_site: string, _locale: string, hash: string): Promise<ApiResult<NoticeDesk>> {
    return this.#answer('publish', () => {
      const { next } = this;
      if (!next) return refused('not_found');
      if (noticeHash(next) !== hash) return refused('conflict');
      if (lintNotice(next, SETTINGS).some(({ level }) => level === 'error')) return refused('invalid');
      this.versions.push(next);
      this.inForce = next;
      this.draft = null;
      return { ok: true, data: this.#desk() };
    });
  }
  adopt(): Promise<ApiResult<NoticeDesk>> {
    return this.#answer('adopt', () => {
      this.draft = { ...DEMO_NOTICE, controller: { ...DEMO_NOTICE.controller, name: '[Name of your company]' } };
      return { ok: true, data: this.#desk() };
    });
  }
}
