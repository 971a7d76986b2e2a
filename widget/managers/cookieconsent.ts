import { type Adapter, globalOf, line, whenThere } from './adapter.ts';

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

/** In its opt-out mode a category is on before anybody chose: only a valid consent counts. */
export const cookieConsent: Adapter = ({ map = 'functionality' }, decided) => {
  const take = ({ categories, consentId, revision }: Cookie): void =>
    decided({
      functional: categories?.includes(map) === true,
      explicit: true,
      ref: line(consentId),
      revision: line(revision),
    });
  // These are fired for a choice only, and carry the cookie with it.
  for (const type of ['cc:onConsent', 'cc:onChange']) {
    addEventListener(type, (event) => {
      const { cookie } = ((event as CustomEvent).detail ?? {}) as { cookie?: Cookie };
      if (cookie) take(cookie);
    });
  }
  whenThere(
    () => globalOf<CookieConsent>('CookieConsent'),
    (manager) => manager.validConsent() && take(manager.getCookie()),
  );
};
