import { CONSOLE_KEY } from '../../shared/endpoints.ts';

/**
 * What an agent set for this browser and finds again after a reload: one key in localStorage, there only while
 * something is set, gone at sign-out (PR-19). Where storage is off it lasts as long as the page.
 */
export interface Preferences {
  /** Tell me of new messages: the browser's permission alone is nobody's wish. */
  notify: boolean;
  /** Away until said otherwise: a reload is no coming back. */
  away: boolean;
}

const NONE: Preferences = { notify: false, away: false };

export interface KeptPreferences {
  get(): Preferences;
  set(change: Partial<Preferences>): void;
}

/** The preferences of one agent; those of another who used this browser are not read. */
export function keepPreferences(agent: string): KeptPreferences {
  let inMemory = NONE;
  function get(): Preferences {
    try {
      inMemory = read(localStorage.getItem(CONSOLE_KEY), agent);
    } catch {
      // Storage is switched off here.
    }
    return inMemory;
  }
  return {
    get,
    set(change) {
      inMemory = { ...get(), ...change };
      try {
        if (Object.values(inMemory).some(Boolean)) localStorage.setItem(CONSOLE_KEY, JSON.stringify({ agent, ...inMemory }));
        else localStorage.removeItem(CONSOLE_KEY);
      } catch {
        // Then it lasts as long as the page.
      }
    },
  };
}

export function forgetPreferences(): void {
  try {
    localStorage.removeItem(CONSOLE_KEY);
  } catch {
    // Nothing was kept.
  }
}

function read(text: string | null, agent: string): Preferences {
  try {
    const kept = JSON.parse(text ?? 'null') as Record<string, unknown> | null;
    return kept?.agent === agent ? { notify: kept.notify === true, away: kept.away === true } : NONE;
  } catch {
    return NONE;
  }
}
