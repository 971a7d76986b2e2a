import type { ManagerName } from '../../shared/consent.ts';
import type { Launch } from '../loader/launch.ts';
import { listenForAsking, tellManaged } from '../managed-bridge.ts';
import type { Adapter, ManagerDecision } from './adapter.ts';
import { consentMode } from './consent-mode.ts';
import { cookieBot } from './cookiebot.ts';
import { cookieConsent } from './cookieconsent.ts';
import { custom } from './custom.ts';
import { klaro } from './klaro.ts';
import { oneTrust } from './onetrust.ts';
import { tcf } from './tcf.ts';

/** By the names that a snippet may give in `data-consent-manager`. */
const ADAPTERS: Record<ManagerName, Adapter> = {
  tcf,
  'consent-mode': consentMode,
  cookieconsent: cookieConsent,
  klaro,
  cookiebot: cookieBot,
  onetrust: oneTrust,
  custom,
};

let latest: ManagerDecision | undefined;
let tell: () => void = () => {};
let watching = false;

/**
 * Follows the consent manager that the snippet names, and tells the frame what it says: when the chat asks, and
 * whenever it changes. Loaded after the click or with the mark, and only where a snippet names one.
 */
export function follow({ script, config, told }: Launch, frame: HTMLIFrameElement): void {
  if (!script) return;
  const { consentManager, consentMap } = script.dataset;
  const name = consentManager as ManagerName;
  const adapter = Object.hasOwn(ADAPTERS, name) ? ADAPTERS[name] : undefined;
  // biome-ignore lint/suspicious/noConsole: whoever wrote the snippet must learn of a name that nobody knows
  if (!adapter) console.warn(`Parley: "${consentManager}" is no consent manager that it knows. No cookie will be kept.`);
  tell = () => {
    if (latest) tellManaged(frame.contentWindow, config.relay, { name, ...latest });
  };
  listenForAsking(
    () => frame.contentWindow,
    config.relay,
    () => tell(),
  );
  tell();
  if (watching || !adapter) return;
  watching = true;
  adapter({ map: consentMap, script, told }, (decision) => {
    latest = decision;
    tell();
  });
}
