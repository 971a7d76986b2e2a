import type { ManagerEvidence } from '../shared/consent.ts';
import type { HostPort } from './bridge.ts';

/**
 * What host page and frame say to each other about the page's consent manager, where the snippet names one. Beside the
 * bridge, because both ends are fetched only then: the same checks of source and origin, and no word to `*`.
 */

/** What stands in the manager now. `functional` counts only with `explicit`. */
export interface Managed extends ManagerEvidence {
  functional: boolean;
}

const text = (value: unknown): value is string | null => value === null || (typeof value === 'string' && value.length <= 128);
const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The message of a host, or null for anything else. */
export function parseManaged(data: unknown): Managed | null {
  const { parley, type, managed } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  if (parley !== 1 || type !== 'managed' || typeof managed !== 'object' || managed === null) return null;
  const { name, functional, explicit, ref, revision, tcf } = managed as Managed;
  if (!text(name) || name === null || !text(ref) || !text(revision)) return null;
  if (typeof functional !== 'boolean' || typeof explicit !== 'boolean') return null;
  if (tcf && ![tcf.policyVersion, tcf.cmpId, tcf.cmpVersion].every(count)) return null;
  return { name, functional, explicit, ref, revision, ...(tcf && { tcf }) };
}

/** The host's end: calls `asked` when the frame wants to know. */
export function listenForAsking(frame: () => Window | null, origin: string, asked: () => void): void {
  addEventListener('message', ({ origin: from, source, data }: MessageEvent) => {
    if (from !== origin || !source || source !== frame()) return;
    const { parley, type } = (data ?? {}) as Record<string, unknown>;
    if (parley === 1 && type === 'ask-managed') asked();
  });
}

export function tellManaged(frame: Window | null, origin: string, managed: Managed): void {
  frame?.postMessage({ parley: 1, type: 'managed', managed }, origin);
}

/**
 * The frame's end: asks once, through the bridge, and hears every answer from then on. Only the page around the frame is
 * heard; who that may be is what `frame-ancestors` enforces.
 */
export function listenToManaged(host: Pick<HostPort, 'tell'>, heard: (managed: Managed) => void): void {
  addEventListener('message', ({ source, origin, data }: MessageEvent) => {
    const managed = source === parent && origin !== 'null' ? parseManaged(data) : null;
    if (managed) heard(managed);
  });
  host.tell({ type: 'ask-managed' });
}
