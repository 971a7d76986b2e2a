import { type Adapter, globalOf, line, whenThere } from './adapter.ts';

/** What a CMP of the IAB's Transparency and Consent Framework answers; versions 2.2 and 2.3 alike. */
interface TcData {
  eventStatus?: string;
  gdprApplies?: boolean;
  tcString?: string;
  tcfPolicyVersion?: number;
  cmpId?: number;
  cmpVersion?: number;
  listenerId?: number;
  purpose?: { consents?: Record<string, boolean> };
}
type Heard = (data: TcData | null, success: boolean) => void;
type Api = (command: string, version: 2, callback: Heard, parameter?: unknown) => void;

const VERSION = 2;
const LOCATOR = '__tcfapiLocator';

/**
 * Purpose 1, storage on the device, is necessary and not sufficient: Parley is no vendor of the framework, so the owner
 * must say that it stands for this chat (`data-consent-map="purpose1"`, PR-31). `gdprApplies` left open means that the
 * CMP still decides; false means that no TC consent is to be had. Neither allows anything.
 * https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework (CMP API v2)
 */
export const tcf: Adapter = ({ map }, decided) => {
  whenThere(findApi, (api) => {
    api('addEventListener', VERSION, (data, success) => {
      if (!success || !data || (data.eventStatus !== 'tcloaded' && data.eventStatus !== 'useractioncomplete')) return;
      if (data.gdprApplies === undefined) return;
      const { tcfPolicyVersion, cmpId, cmpVersion } = data;
      const mapped = map === 'purpose1';
      decided({
        functional: data.purpose?.consents?.[1] === true,
        explicit: mapped && data.gdprApplies,
        // The string itself says more about the visitor than a proof needs.
        ref: null,
        revision: line(tcfPolicyVersion),
        tcf: { policyVersion: count(tcfPolicyVersion), cmpId: count(cmpId), cmpVersion: count(cmpVersion) },
      });
    });
  });
};

const count = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

/** The page's own API, or that of a page around it, spoken to through its locator frame. */
function findApi(): Api | undefined {
  const own = globalOf<Api>('__tcfapi');
  if (typeof own === 'function') return own;
  for (let at: Window = window; at !== window.top; ) {
    at = at.parent;
    if (hasLocator(at)) return remote(at);
  }
  return undefined;
}

function hasLocator(page: Window): boolean {
  try {
    return page.frames[LOCATOR as never] !== undefined;
  } catch {
    // Another origin without a frame of that name.
    return false;
  }
}

/** The CMP API by `postMessage`, as its specification words it. Only that very window is heard. */
function remote(cmp: Window): Api {
  const callId = `parley-${Math.random()}`;
  return (command, version, callback, parameter) => {
    addEventListener('message', ({ source, data }) => {
      if (source !== cmp) return;
      const { __tcfapiReturn: answer } = parsed(data);
      if (answer?.callId === callId) callback(answer.returnValue, answer.success);
    });
    // Whoever carries the locator may have any origin; what is said is that we listen, and nothing else.
    cmp.postMessage({ __tcfapiCall: { command, version, parameter, callId } }, '*');
  };
}

type Returned = { __tcfapiReturn?: { callId: string; returnValue: TcData | null; success: boolean } };

/** Some CMPs answer in JSON text. */
function parsed(data: unknown): Returned {
  try {
    const found: unknown = typeof data === 'string' ? JSON.parse(data) : data;
    return typeof found === 'object' && found !== null ? (found as Returned) : {};
  } catch {
    return {};
  }
}
