import type { LoaderConfig } from '../../shared/api.ts';
import type { HostModule, Launch } from './launch.ts';
import { launcherStyle } from './style.ts';

/**
 * Stage 0: a button, and nothing else. No request, no cookie, nothing written. The relay puts the site's
 * configuration in place of the one string literal below. Every byte here is paid by every page view.
 */
const config = '__PARLEY_SITE__' as unknown as LoaderConfig;
const { words, greeting } = config;
const TAG = 'parley-chat';

const sheet = new CSSStyleSheet();
sheet.replaceSync(launcherStyle(config.look));

let host: HostModule | undefined;
let loading: Promise<HostModule> | undefined;
let tries = 0;
let deadline: ReturnType<typeof setTimeout>;
let card: HTMLElement | undefined;
let said: unknown;
let hear: ((said: unknown) => void) | undefined;

const make = (parent: Node, tag: string, name = '', text = ''): HTMLElement => {
  const element = document.createElement(tag);
  if (name) element.ariaLabel = name;
  element.textContent = text;
  return parent.appendChild(element);
};

const launch = {
  config,
  script: document.currentScript,
  told(heard) {
    hear = heard;
    if (said !== undefined) heard(said);
  },
  make,
  settle() {
    clearTimeout(deadline);
    launch.button.ariaBusy = null;
    card?.remove();
  },
  say(role, title, text, drawn, label, act) {
    launch.settle();
    card = make(launch.root, 'div');
    card.role = role;
    const said = make(card, 'p');
    make(said, 'b', '', title);
    said.append(text);
    make(card, 'button', label, drawn).onclick = act;
    launch.button.before(card);
  },
  build() {
    const root = make(document.documentElement, TAG).attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const button = make(root, 'button', words.open);
    button.className = 'l';
    button.ariaExpanded = 'false';
    button.onclick = () => call(button.ariaExpanded === 'true' ? 'close' : 'open');
    launch.root = root;
    launch.button = button;
  },
} as Launch;

const call = (name: keyof HostModule): void => {
  const failed = (): void => {
    // A failed import is remembered by the browser, hence another address next time.
    loading = undefined;
    host?.abandon(launch);
    if (name !== 'resume') launch.say('alert', '', words.unreachable, words.retry, words.retry, () => call(name));
  };
  if (!launch.root.isConnected) launch.build();
  launch.settle();
  // The words stand there within the eight seconds that were promised.
  deadline = setTimeout(failed, 6500);
  launch.button.ariaBusy = 'true';
  loading ||= import(/* @vite-ignore */ config.host + (tries++ ? `?r=${tries}` : ''));
  loading
    .then((module) => {
      host ||= module;
      host[name](launch);
    })
    .catch(failed);
};

// Turbo runs a script in the body again at each visit, and a snippet may stand in a page twice.
if (!document.querySelector(TAG)) {
  launch.build();
  if (greeting) launch.say('note', greeting.title, greeting.text, '×', words.closeCard, launch.settle);

  // Until the click, what the page says of consent waits here: nothing is loaded for it.
  const setConsent = (now: unknown): void => {
    said = now;
    hear?.(now);
  };
  addEventListener('parley:consent', (event) => setConsent((event as CustomEvent).detail), true);

  Object.assign(window, {
    Parley: { open: () => call('open'), openPrivacy: () => call('openPrivacy'), close: () => host?.close(launch), setConsent },
  });

  try {
    // The loader cannot see the relay's cookie; this mark says that there is one, and until when.
    const until = localStorage.parley_resume;
    const resume = (): unknown => setTimeout(() => loading || call('resume'));
    if (until > Date.now()) {
      if (document.readyState === 'complete') resume();
      else addEventListener('load', resume);
    } else if (until) localStorage.removeItem('parley_resume');
  } catch {}
}
