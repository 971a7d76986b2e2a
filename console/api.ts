import type { LoginRequest, Me, ResetRequest, SetupRequest } from '../shared/api.ts';
import type { ErrorBody } from '../shared/errors.ts';
import type { NoticeDoc } from '../shared/notice.ts';
import type { NoticeDesk, NoticeShelf } from '../shared/owner-api.ts';
import type { Failure } from './errors.ts';

export interface ApiFailure {
  code: Failure;
  fields?: Record<string, string>;
  retryAfterSeconds?: number;
}
export type ApiResult<T> = { ok: true; data: T } | { ok: false; error: ApiFailure };

/** The relay's HTTP routes for agents: signing in and out. All else goes by the socket. */
export interface Api {
  me(): Promise<ApiResult<Me>>;
  login(request: LoginRequest): Promise<ApiResult<Me>>;
  setup(request: SetupRequest): Promise<ApiResult<Me>>;
  reset(request: ResetRequest): Promise<ApiResult<Me>>;
  logout(): Promise<ApiResult<null>>;
}

/** The owners' routes to the notices of the relay's sites. */
export interface NoticeApi {
  shelf(): Promise<ApiResult<NoticeShelf>>;
  desk(site: string, locale: string): Promise<ApiResult<NoticeDesk>>;
  /** `base` is the hash of the draft that was changed, null for none. */
  save(site: string, doc: NoticeDoc, base: string | null): Promise<ApiResult<NoticeDesk>>;
  publish(site: string, locale: string, hash: string): Promise<ApiResult<NoticeDesk>>;
  adopt(site: string, locale: string, profile: string): Promise<ApiResult<NoticeDesk>>;
}

/** A relay that has not answered by now is called unreachable. */
const TIMEOUT = 15_000;

function isErrorBody(body: unknown): body is ErrorBody {
  const error = (body as Partial<ErrorBody> | null)?.error;
  return typeof error === 'object' && error !== null && typeof error.code === 'string';
}

/** Asks the relay for a page that was fetched later: below `/api/agent/`, a POST where there is a body. */
export type Ask = <T>(path: string, body?: unknown, timeoutMs?: number) => Promise<ApiResult<T>>;

export function createAsk(onUnauthorized: () => void): Ask {
  return async <T>(path: string, body?: unknown, timeoutMs?: number) => {
    const result = await call<T>(`/api/agent/${path}`, body, timeoutMs);
    if (!result.ok && result.error.code === 'unauthorized') onUnauthorized();
    return result;
  };
}

async function call<T>(path: string, body?: unknown, timeoutMs = TIMEOUT): Promise<ApiResult<T>> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, {
      ...(body === undefined ? {} : post),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    if (answer.ok) return { ok: true, data: parsed as T };
    if (isErrorBody(parsed)) return { ok: false, error: parsed.error };
    return { ok: false, error: { code: answer.status === 401 ? 'unauthorized' : 'internal' } };
  } catch {
    // No network, no relay, or a proxy's page in place of an answer: all the same to a person.
    return { ok: false, error: { code: 'no_answer' } };
  }
}

/** The routes over `fetch`, same origin, with the session cookie that no script can read. */
export function createApi(): Api {
  return {
    me: () => call('/api/agent/me'),
    login: (request) => call('/api/agent/login', request),
    setup: (request) => call('/api/agent/setup', request),
    reset: (request) => call('/api/agent/reset', request),
    logout: () => call('/api/agent/logout', {}),
  };
}

export function createNoticeApi(): NoticeApi {
  const at = (site: string, action: string) => `/api/agent/notices/${encodeURIComponent(site)}/${encodeURIComponent(action)}`;
  return {
    shelf: () => call('/api/agent/notices'),
    desk: (site, locale) => call(at(site, locale)),
    save: (site, doc, base) => call(at(site, 'draft'), { doc, base }),
    publish: (site, locale, hash) => call(at(site, 'publish'), { locale, hash }),
    adopt: (site, locale, profile) => call(at(site, 'adopt'), { profile, locale }),
  };
}
