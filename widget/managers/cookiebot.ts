import { type Adapter, globalOf, line, whenThere } from './adapter.ts';

interface Cookiebot {
  hasResponse: boolean;
  consentID?: string;
  consent: Record<string, boolean | string | null | undefined>;
}

/** Its consent may be implied by scrolling or going on: that is none. */
export const cookieBot: Adapter = ({ map = 'preferences' }, decided) => {
  const take = (): void => {
    const manager = globalOf<Cookiebot>('Cookiebot');
    if (!manager?.hasResponse) return;
    const { [map]: chosen, method } = manager.consent;
    decided({ functional: chosen === true, explicit: method === 'explicit', ref: line(manager.consentID), revision: null });
  };
  for (const type of ['CookiebotOnConsentReady', 'CookiebotOnAccept', 'CookiebotOnDecline']) addEventListener(type, take);
  whenThere(() => globalOf<Cookiebot>('Cookiebot')?.hasResponse, take);
};
