import { type Adapter, globalOf, line, NO_ANSWER, whenThere } from './adapter.ts';

/** vanilla-cookieconsent, version 3: as a global, or known by its events alone where a page bundles it. */
interface Cookie {
  categories?: string[];
  consentId?: string;
  revision?: number;
}
interface CookieConsent {
  validConsent(): boolean;
  getCookie(): Cookie;
}

const LOOK = 1000;

/** In its opt-out mode a category is on before anybody chose: only a valid consent counts. */
export const cookieConsent: Adapter = ({ map = 'functionality' }, decided) => {
  let known = '';
  const take = ({ categories, consentId, revision }: Cookie): void => {
    const functional = categories?.includes(map) === true;
    const decision = categories ? { functional, explicit: true, ref: line(consentId), revision: line(revision) } : NO_ANSWER;
    const text = JSON.stringify(decision);
    if (text !== known) decided(decision);
    known = text;
  };
  // These are fired for a choice only, and carry the cookie with it.
  for (const type of ['cc:onConsent', 'cc:onChange']) {
    addEventListener(type, (event) => {
      const { cookie } = ((event as CustomEvent).detail ?? {}) as { cookie?: Cookie };
      if (cookie) take(cookie);
    });
  }
  whenThere(
    () => globalOf<CookieConsent>('CookieConsent'),
    () => {
      const look = (): void => {
        const manager = globalOf<CookieConsent>('CookieConsent');
        if (manager?.validConsent()) take(manager.getCookie());
        else if (known) take({});
      };
      look();
      // No event tells of a reset, or of what was chosen in another tab: its cookie does.
      setInterval(look, LOOK);
    },
  );
};
