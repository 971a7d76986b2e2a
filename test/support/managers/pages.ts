import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Host pages with a consent manager of their own. Each page gives the tests `accept()` and `reject()`, which do what a
 * visitor's press does there; the choice outlives a reload as it would. Paths: `/` asks, `/preset` is the manager's own
 * trap (on without a choice, implied, or told before it is saved), `/never` names a manager that never loads; `/outer`
 * has the manager and, in a frame, a page that has only the chat.
 * Cookieconsent, Klaro and the CMP API of the IAB's framework are the real libraries; Cookiebot and OneTrust are closed,
 * and stand here in the shapes that their documentation gives.
 */
export const MANAGERS = ['cookieconsent', 'klaro', 'tcf', 'consent-mode', 'cookiebot', 'onetrust', 'custom'] as const;
export type ManagerKind = (typeof MANAGERS)[number];

export const isManager = (kind: string): kind is ManagerKind => (MANAGERS as readonly string[]).includes(kind);

const { resolve } = createRequire(import.meta.url);

/** Attributes of the snippet. */
export const ATTRIBUTES: Record<ManagerKind, string> = {
  cookieconsent: 'data-consent-manager="cookieconsent"',
  klaro: 'data-consent-manager="klaro"',
  tcf: 'data-consent-manager="tcf" data-consent-map="purpose1"',
  'consent-mode': 'data-consent-manager="consent-mode" data-consent-map="attested"',
  cookiebot: 'data-consent-manager="cookiebot"',
  onetrust: 'data-consent-manager="onetrust"',
  custom: 'data-consent-manager="custom"',
};

/** Files of the libraries, as the pages load them. */
const FILES: Record<string, () => string | Promise<string>> = {
  '/cookieconsent.js': () => resolve('vanilla-cookieconsent/dist/cookieconsent.umd.js'),
  '/cookieconsent.css': () => resolve('vanilla-cookieconsent/dist/cookieconsent.css'),
  '/klaro.js': () => resolve('klaro/dist/klaro.js'),
  '/tcf-stub.js': () => resolve('@iabtcf/stub'),
};

let tcfCode: Promise<string> | undefined;

/** The script that a page of a manager loads: a file's path, or its text. */
export async function managerFile(path: string): Promise<{ file: string } | { text: string } | null> {
  const file = FILES[path];
  if (file) return { file: await file() };
  if (path !== '/tcf-cmp.js') return null;
  tcfCode ??= bundle(fileURLToPath(new URL('./tcf-cmp.ts', import.meta.url)));
  return { text: await tcfCode };
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { write: false, lib: { entry, formats: ['iife'], name: 'fixture' } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('the fixture was not built');
  return output.output[0].code;
}

/** What stands in the head, before the snippet. */
export function managerHead(kind: ManagerKind, path: string): string {
  if (path === '/never' || path === '/inner') return '';
  return HEADS[kind](path === '/preset');
}

/** A choice that a page of a closed manager keeps, as those do, in a cookie of its own. */
const CHOICE = `
const kept = () => /choice=(yes|no)/.exec(document.cookie)?.[1];
const keep = (choice) => { document.cookie = 'choice=' + choice + '; path=/'; };`;

const HEADS: Record<ManagerKind, (preset: boolean) => string> = {
  cookieconsent: (preset) => `<link rel="stylesheet" href="/cookieconsent.css"><script src="/cookieconsent.js"></script><script>
addEventListener('DOMContentLoaded', () => CookieConsent.run({
  mode: '${preset ? 'opt-out' : 'opt-in'}',
  categories: { necessary: { enabled: true, readOnly: true }, functionality: { enabled: ${preset} } },
  language: { default: 'en', translations: { en: {
    consentModal: { title: 'Cookies of this page', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all' },
    preferencesModal: { sections: [] },
  } } },
}));
window.accept = () => CookieConsent.acceptCategory('all');
window.reject = () => CookieConsent.acceptCategory([]);
</script>`,
  klaro: (preset) => `<script>
window.klaroConfig = {
  version: 3, storageMethod: 'cookie', default: ${preset}, acceptAll: true, lang: 'en',
  services: [{ name: 'parley', title: 'Chat', purposes: ['functional'] }],
  translations: { en: { purposes: { functional: 'Functional' } } },
};
window.accept = () => { const manager = klaro.getManager(); manager.changeAll(true); manager.saveAndApplyConsents(); };
window.reject = () => { const manager = klaro.getManager(); manager.changeAll(false); manager.saveAndApplyConsents(); };
</script><script defer src="/klaro.js"></script>${preset ? "<script>addEventListener('load', () => klaro.getManager().updateConsent('parley', true));</script>" : ''}`,
  tcf: (preset) => `<script src="/tcf-stub.js"></script><script>${CHOICE}
window.accept = () => { keep('yes'); decideTcf(true); };
window.reject = () => { keep('no'); decideTcf(false); };
</script><script defer src="/tcf-cmp.js"></script><script>
addEventListener('DOMContentLoaded', () => {
  if (kept()) returnTcf(kept() === 'yes');
  else if (${preset}) decideTcf(null);
});
</script>`,
  'consent-mode': (preset) => `<script>${CHOICE}
window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments); }
gtag('consent', 'default', { ad_storage: 'denied', functionality_storage: '${preset ? 'granted' : 'denied'}' });
${preset ? "gtag('consent', 'update', { ad_storage: 'granted', analytics_storage: 'granted' });" : ''}
const told = (choice) => gtag('consent', 'update', { functionality_storage: choice === 'yes' ? 'granted' : 'denied' });
if (kept()) told(kept());
window.accept = () => { keep('yes'); told('yes'); };
window.reject = () => { keep('no'); told('no'); };
</script>`,
  cookiebot: (preset) => `<script>${CHOICE}
const say = (type) => dispatchEvent(new Event(type));
window.Cookiebot = { hasResponse: false, consentID: '', consent: { necessary: true, preferences: false, method: null } };
const answer = (choice, method) => {
  Object.assign(Cookiebot, { hasResponse: true, consentID: 'cb-7Kq2' });
  Object.assign(Cookiebot.consent, { preferences: choice === 'yes', method });
  say('CookiebotOnConsentReady');
  say(choice === 'yes' ? 'CookiebotOnAccept' : 'CookiebotOnDecline');
};
setTimeout(() => { if (kept()) answer(kept(), 'explicit'); else if (${preset}) answer('yes', 'implied'); }, 100);
window.accept = () => { keep('yes'); answer('yes', 'explicit'); };
window.reject = () => { keep('no'); answer('no', 'explicit'); };
</script>`,
  onetrust: (preset) => `<script>${CHOICE}
const heard = [];
window.OneTrust = {
  IsAlertBoxClosed: () => kept() !== undefined,
  GetDomainData: () => ({ ConsentModel: { Name: 'opt-in' } }),
  getDataSubjectId: () => 'ot-5519',
  OnConsentChanged: (listener) => heard.push(listener),
};
const groups = () => (kept() === 'yes' || (${preset} && !kept()) ? ',C0001,C0003,' : ',C0001,');
const update = () => {
  window.OnetrustActiveGroups = groups();
  dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: groups().split(',').filter(Boolean) }));
};
setTimeout(update, 100);
const choose = (choice) => { keep(choice); update(); for (const listener of heard) listener({ detail: [] }); };
window.accept = () => choose('yes');
window.reject = () => choose('no');
</script>`,
  custom: (preset) => `<script>${CHOICE}
const tell = (choice) => {
  const detail = { functional: choice === 'yes', ref: 'own-1', revision: '2' };
  if (choice === 'yes') window.Parley ? Parley.setConsent(detail) : addEventListener('load', () => Parley.setConsent(detail));
  else dispatchEvent(new CustomEvent('parley:consent', { detail }));
};
addEventListener('load', () => {
  if (kept()) tell(kept());
  else if (${preset}) Parley.setConsent('yes, surely');
});
window.accept = () => { keep('yes'); tell('yes'); };
window.reject = () => { keep('no'); tell('no'); };
</script>`,
};
