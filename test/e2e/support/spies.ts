import type { BrowserContext, Page } from 'playwright-core';

/** What pages and frames did that leaves no trace in network or storage. */
export interface Spied {
  /** Interfaces that tell browsers apart or talk past the network's record (PR-20, PR-24). */
  calls: string[];
  /** Elements that came into the light DOM, in the order of their coming. */
  added: string[];
  /** Violations of a Content-Security-Policy, the frame's or the page's. */
  violations: string[];
  /** Contents of `window.name` that are not empty. */
  names: string[];
}

const SCRIPT = `
(() => {
  const spied = { calls: [], added: [], violations: [] };
  Object.defineProperty(globalThis, '__spied', { value: spied });
  const watch = (holder, name) => {
    const original = holder?.prototype?.[name];
    if (typeof original !== 'function') return;
    holder.prototype[name] = function (...given) {
      spied.calls.push(name);
      return Reflect.apply(original, this, given);
    };
  };
  const count = (name) => {
    const original = globalThis[name];
    if (typeof original !== 'function') return;
    globalThis[name] = new Proxy(original, { construct(target, given, own) { spied.calls.push(name); return Reflect.construct(target, given, own); } });
  };
  for (const [holder, name] of [
    [globalThis.HTMLCanvasElement, 'getContext'], [globalThis.HTMLCanvasElement, 'toDataURL'], [globalThis.OffscreenCanvas, 'getContext'],
    [globalThis.NavigatorUAData, 'getHighEntropyValues'], [globalThis.Navigator, 'getBattery'], [globalThis.Navigator, 'sendBeacon'],
    [globalThis.FontFaceSet, 'check'], [globalThis.FontFaceSet, 'load'], [globalThis.MediaDevices, 'enumerateDevices'],
    [globalThis.PluginArray, 'item'], [globalThis.PluginArray, 'namedItem'], [globalThis.Window, 'queryLocalFonts'],
  ]) watch(holder, name);
  for (const name of ['AudioContext', 'OfflineAudioContext', 'RTCPeerConnection', 'BroadcastChannel', 'SharedWorker', 'Worker', 'WebTransport', 'EventSource']) count(name);
  const plugins = Object.getOwnPropertyDescriptor(Navigator.prototype, 'plugins');
  Object.defineProperty(Navigator.prototype, 'plugins', { ...plugins, get() { spied.calls.push('plugins'); return plugins.get.call(this); } });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === 1) spied.added.push(node.localName);
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener('securitypolicyviolation', (event) => {
    spied.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });
})();`;

export async function plantSpies(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: SCRIPT });
}

type Planted = { __spied: Omit<Spied, 'names'> };

/** What was seen in every frame of the page that now stands. `added` is of the page itself. */
export async function spiedOn(page: Page): Promise<Spied> {
  const all: Spied = { calls: [], added: [], violations: [], names: [] };
  for (const frame of page.frames()) {
    const { calls, added, violations, name } = await frame.evaluate(() => {
      const { __spied } = globalThis as unknown as Planted;
      return { ...__spied, name: window.name };
    });
    all.calls.push(...calls);
    all.violations.push(...violations);
    if (name) all.names.push(name);
    if (frame === page.mainFrame()) all.added = added;
  }
  return all;
}
