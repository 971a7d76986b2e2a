import { MANAGED, RESUME_MARK } from '../../shared/endpoints.ts';
import { listenToFrame, type ToFrame, type ToHost, tellFrame } from '../bridge.ts';
import type { Launch } from '../loader/launch.ts';
import type * as ManagersModule from '../managers/index.ts';
import { holdHistory, holdPage } from './focus.ts';
import { placeOf, roomNow } from './geometry.ts';
import { panelSheet } from './style.ts';

/** The address of the code that follows consent managers, beside this file; the build writes it here. */
declare const __MANAGERS__: string;

/** The panel with the frame in it, on the host's page. */
export interface Panel {
  show(privacy: boolean): void;
  hide(): void;
  /** Takes the panel out and everything that it set on the page back. */
  remove(): void;
}

/** Makes the panel, hidden. `lost` is called when the page took the launcher away, with what was lost by that. */
export function createPanel(launch: Launch, lost: (running: boolean) => void): Panel {
  const { root, button, config } = launch;
  const { words, relay } = config;
  root.adoptedStyleSheets.push(panelSheet);
  // Not a `div`: those are the loader's cards.
  const panel = document.createElement('section');
  panel.role = 'dialog';
  panel.ariaLabel = words.open;
  const badge = launch.make(button, 'i');
  const status = launch.make(root, 'span');
  status.role = 'status';
  const frame = document.createElement('iframe');
  frame.title = words.open;
  frame.referrerPolicy = 'no-referrer';
  const managed = launch.script?.dataset.consentManager;
  frame.src = `${relay}/frame/${config.key}?lang=${document.documentElement.lang}${managed ? MANAGED : ''}`;
  // Only a page that names a consent manager pays for the code that follows it; without it nothing is allowed.
  if (managed)
    import(/* @vite-ignore */ __MANAGERS__).then(
      ({ follow }: typeof ManagersModule) => follow(launch, frame),
      () => {},
    );
  panel.append(frame);
  button.before(panel);

  let ready = false;
  let open = false;
  let privacy = false;
  let running = false;
  let phone = false;
  let behind: { release(): void }[] = [];
  const view = window.visualViewport;
  const off = new AbortController();

  const tell = (message: ToFrame): void => tellFrame(frame.contentWindow, relay, message);

  const place = (): void => {
    const { style, alone, phone: asPhone } = placeOf(roomNow(panel));
    panel.style.cssText = style;
    panel.classList.toggle('phone', asPhone);
    button.classList.toggle('away', open && alone);
    const shown = open && ready;
    if (shown && (asPhone !== phone || behind.length === 0)) {
      release();
      if (asPhone) behind = [holdPage(), holdHistory(hide)];
      panel.ariaModal = asPhone ? 'true' : null;
    }
    phone = asPhone;
  };
  const release = (): void => {
    for (const one of behind) one.release();
    behind = [];
  };
  const show = (withPrivacy: boolean): void => {
    open = true;
    privacy ||= withPrivacy;
    if (!ready) return;
    launch.settle();
    panel.classList.add('on');
    button.classList.add('open');
    button.ariaExpanded = 'true';
    place();
    name(0);
    frame.focus();
    tell({ type: 'shown', open, privacy, phone });
    privacy = false;
  };
  function hide(): void {
    open = false;
    launch.settle();
    const focused = document.activeElement === root.host;
    panel.classList.remove('on');
    button.classList.remove('open', 'away');
    button.ariaExpanded = 'false';
    name(0);
    release();
    tell({ type: 'shown', open, privacy: false, phone });
    if (focused) button.focus();
  }
  /** The launcher's name: what a press does, and how many messages wait. */
  const name = (unread: number): void => {
    const said = unread > 0 ? words.unread.replace('{count}', `${unread}`) : '';
    button.ariaLabel = open ? words.close : said || words.open;
    badge.textContent = unread > 0 ? (unread > 99 ? '99+' : `${unread}`) : '';
    status.textContent = said;
  };

  const heard: { [Type in ToHost['type']]: (message: Extract<ToHost, { type: Type }>) => void } = {
    ready() {
      ready = true;
      launch.settle();
      if (open) show(false);
      else tell({ type: 'shown', open, privacy: false, phone });
    },
    close: hide,
    'ask-page': () => {
      const { origin, pathname } = location;
      tell({ type: 'page', page: /^https?:/.test(origin) ? (origin + pathname).slice(0, 1990) : null });
    },
    keep: ({ until }) => mark(until),
    unread: ({ count }) => name(open ? 0 : count),
    running: (message) => {
      running = message.running;
    },
  };
  const stop = listenToFrame(
    () => frame.contentWindow,
    relay,
    (message) => heard[message.type](message as never),
  );
  const on = (target: EventTarget | null, type: string, act: (event: Event) => void): void =>
    target?.addEventListener(type, act, { signal: off.signal });
  on(frame, 'load', () => tell({ type: 'hello' }));
  on(window, 'resize', place);
  on(view, 'resize', place);
  on(view, 'scroll', place);
  on(window, 'storage', (event) => {
    const { key, newValue } = event as StorageEvent;
    if (key === RESUME_MARK && Number(newValue) > Date.now()) tell({ type: 'joined' });
  });
  const taken = new MutationObserver(() => {
    if (root.isConnected) return;
    remove();
    lost(running);
  });
  taken.observe(document.documentElement, { childList: true });
  function remove(): void {
    off.abort();
    stop();
    taken.disconnect();
    release();
    panel.remove();
    badge.remove();
    status.remove();
    button.classList.remove('open', 'away');
    button.ariaExpanded = 'false';
    button.ariaLabel = words.open;
  }
  place();
  return { show, hide, remove };
}

/** Holds an expiry time and nothing else; where the browser refuses, the chat is simply not brought back. */
function mark(until: number | null): void {
  try {
    if (until === null) localStorage.removeItem(RESUME_MARK);
    else localStorage.setItem(RESUME_MARK, `${until}`);
  } catch {
    // Storage is switched off here.
  }
}
