import type { ManagerEvidence } from '../../shared/consent.ts';

/**
 * What a consent manager of the host page says about functional storage (PR-29). Only `functional` together with
 * `explicit` allows anything: what is implied, preset or unknown counts as refused.
 */
export interface ManagerDecision {
  functional: boolean;
  /** A person decided this, in the manager's own dialog. */
  explicit: boolean;
  /** Under which the manager keeps its own proof. */
  ref: string | null;
  revision: string | null;
  tcf?: ManagerEvidence['tcf'];
}

/** What a manager says that has taken its answer back: as before the first. */
export const NO_ANSWER: ManagerDecision = { functional: false, explicit: false, ref: null, revision: null };

/** What the snippet says beside the manager's name. */
export interface AdapterOptions {
  /** `data-consent-map`: what of the manager stands for functional storage here. */
  map: string | undefined;
  script: HTMLScriptElement;
  /** What the page said by `Parley.setConsent` or `parley:consent`, from before the click on; called again on news. */
  told: (heard: (said: unknown) => void) => void;
}

/**
 * Watches one manager and calls `decided` with what stands, and again whenever that changes. Nothing is called while
 * the manager has not said anything: a manager that never comes allows nothing (PR-28).
 */
export type Adapter = (options: AdapterOptions, decided: (decision: ManagerDecision) => void) => void;

/** The page's own global of this name, as whatever it claims to be. Only adapters know the shapes. */
export function globalOf<Shape>(name: string): Shape | undefined {
  const found: unknown = Reflect.get(window, name);
  return found ? (found as Shape) : undefined;
}

const FIRST_LOOK = 100;
const SLOWEST_LOOK = 2000;

/** Calls once with what `find` gives, as soon as it gives something: managers come when they come. */
export function whenThere<Found>(find: () => Found | undefined, act: (found: Found) => void, wait = FIRST_LOOK): void {
  const found = find();
  if (found) act(found);
  else setTimeout(() => whenThere(find, act, Math.min(2 * wait, SLOWEST_LOOK)), wait);
}

/** What of a manager's answer may stand in the record: a short line of text. */
export function line(value: unknown): string | null {
  if (typeof value === 'number') return `${value}`;
  return typeof value === 'string' && value ? value.slice(0, 128) : null;
}
