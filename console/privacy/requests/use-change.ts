import { useState } from 'preact/hooks';
import type { ApiFailure, Ask } from '../../api.ts';

export interface Change {
  busy: boolean;
  failure: ApiFailure | null;
  /** Sends, and gives the answer, or null where it failed: then `failure` says why. */
  send<T>(path: string, body: unknown): Promise<T | null>;
  clear(): void;
}

/** A change at a press: one at a time, and why it failed. */
export function useChange(ask: Ask): Change {
  const [state, setState] = useState<{ busy: boolean; failure: ApiFailure | null }>({ busy: false, failure: null });
  return {
    ...state,
    async send<T>(path: string, body: unknown) {
      if (state.busy) return null;
      setState({ busy: true, failure: null });
      const result = await ask<T>(path, body);
      setState({ busy: false, failure: result.ok ? null : result.error });
      return result.ok ? result.data : null;
    },
    clear: () => setState({ busy: false, failure: null }),
  };
}
