import { type ReadonlySignal, signal } from '@preact/signals';
import type { Me } from '../../shared/api.ts';
import type { Api, ApiFailure, ApiResult } from '../api.ts';

export type Ended = 'signed_out' | 'expired' | 'disabled';
export type Screen =
  | { name: 'loading' }
  | { name: 'unreachable' }
  | { name: 'sign-in'; ended: Ended | null }
  | { name: 'setup'; token: string }
  | { name: 'reset'; token: string }
  | { name: 'inbox'; me: Me };

/** Who is signed in, and which page that leads to. Actions answer null, or why they failed. */
export interface Session {
  readonly screen: ReadonlySignal<Screen>;
  start(link: OneTimeLink | null): Promise<void>;
  signIn(email: string, password: string): Promise<ApiFailure | null>;
  setUp(token: string, name: string, email: string, password: string): Promise<ApiFailure | null>;
  reset(token: string, password: string): Promise<ApiFailure | null>;
  signOut(): Promise<void>;
  /** The relay has ended the session, or does not know it. */
  ended(reason: Ended): void;
}

export interface OneTimeLink {
  name: 'setup' | 'reset';
  token: string;
}

/** Reads `#setup=TOKEN` or `#reset=TOKEN`: after the hash, so that the token never travels in a request. */
export function readOneTimeLink(hash: string): OneTimeLink | null {
  const found = /^#(setup|reset)=([A-Za-z0-9_-]{1,200})$/.exec(hash);
  return found?.[1] && found[2] ? { name: found[1] as OneTimeLink['name'], token: found[2] } : null;
}

export function createSession(api: Api): Session {
  const screen = signal<Screen>({ name: 'loading' });
  /** While signing out, the relay's own word on the end of the session is no news. */
  let leaving = false;

  function enter(result: ApiResult<Me>): ApiFailure | null {
    if (!result.ok) return result.error;
    screen.value = { name: 'inbox', me: result.data };
    return null;
  }

  return {
    screen,
    async start(link) {
      if (link) {
        screen.value = link;
        return;
      }
      screen.value = { name: 'loading' };
      const failure = enter(await api.me());
      if (!failure) return;
      screen.value = failure.code === 'unauthorized' ? { name: 'sign-in', ended: null } : { name: 'unreachable' };
    },
    signIn: async (email, password) => enter(await api.login({ email, password })),
    setUp: async (token, name, email, password) => enter(await api.setup({ token, name, email, password })),
    reset: async (token, password) => enter(await api.reset({ token, password })),
    async signOut() {
      // The page leaves at once; if the relay cannot hear it now, the cookie's own end comes later.
      leaving = true;
      await api.logout();
      leaving = false;
      screen.value = { name: 'sign-in', ended: 'signed_out' };
    },
    ended(reason) {
      if (leaving || screen.value.name !== 'inbox') return;
      screen.value = { name: 'sign-in', ended: reason };
    },
  };
}
