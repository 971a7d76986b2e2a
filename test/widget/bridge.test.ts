// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { listenToFrame, openHostPort, parseToFrame, parseToHost } from '../../widget/bridge.ts';

const HOST = 'https://shop.example';
const RELAY = 'https://chat.example';

/** A window that records what is posted to it. */
function buildWindow() {
  return { postMessage: vi.fn() } as unknown as Window & { postMessage: ReturnType<typeof vi.fn> };
}
function post(source: unknown, origin: string, data: unknown): void {
  dispatchEvent(Object.assign(new Event('message'), { source, origin, data }));
}

describe('the bridge', () => {
  it('hears the frame only from its own window and origin', () => {
    const frame = buildWindow();
    const heard = vi.fn();
    const stop = listenToFrame(() => frame, RELAY, heard);
    post(frame, 'https://evil.example', { parley: 1, type: 'close' });
    post(buildWindow(), RELAY, { parley: 1, type: 'close' });
    post(null, RELAY, { parley: 1, type: 'close' });
    expect(heard).not.toHaveBeenCalled();
    post(frame, RELAY, { parley: 1, type: 'close' });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ type: 'close' });
    stop();
    post(frame, RELAY, { parley: 1, type: 'close' });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('speaks only to the host that spoke first, and never to everybody', () => {
    const host = buildWindow();
    const port = openHostPort(host, undefined);
    port.tell({ type: 'close' });
    expect(host.postMessage).not.toHaveBeenCalled();
    post(host, HOST, { parley: 1, type: 'hello' });
    expect(host.postMessage.mock.calls).toEqual([
      [{ parley: 1, type: 'ready' }, HOST],
      [{ parley: 1, type: 'close' }, HOST],
    ]);
    post(host, 'https://evil.example', { parley: 1, type: 'hello' });
    expect(host.postMessage).toHaveBeenCalledTimes(2);
  });

  it('refuses a host that is not the one around the frame', () => {
    const host = buildWindow();
    const heard = vi.fn();
    openHostPort(host, HOST).listen(heard);
    post(host, 'https://evil.example', { parley: 1, type: 'hello' });
    post(buildWindow(), HOST, { parley: 1, type: 'hello' });
    post(host, 'null', { parley: 1, type: 'hello' });
    post(host, HOST, { parley: 1, type: 'joined' });
    expect(host.postMessage).not.toHaveBeenCalled();
    expect(heard).not.toHaveBeenCalled();
  });

  it.each([
    null,
    'ready',
    {},
    { type: 'ready' },
    { parley: 2, type: 'ready' },
    { parley: 1, type: 'unread', count: -1 },
    { parley: 1, type: 'unread', count: '2' },
    { parley: 1, type: 'keep', until: 1.5 },
    { parley: 1, type: 'keep' },
    { parley: 1, type: 'running', running: 1 },
    { parley: 1, type: 'constructor' },
  ])('takes %j for no message of a frame', (data) => {
    expect(parseToHost(data)).toBeNull();
  });

  it.each([
    undefined,
    { parley: 1, type: 'shown', open: true },
    { parley: 1, type: 'shown', open: 1, privacy: false, phone: false },
    { parley: 1, type: 'page', page: 'https://shop.example/?email=a@b.c' },
    { parley: 1, type: 'page', page: 'javascript:alert(1)' },
    { parley: 1, type: 'page', page: 7 },
  ])('takes %j for no message of a host', (data) => {
    expect(parseToFrame(data)).toBeNull();
  });

  it('gives nothing on that the protocol does not know', () => {
    const data = { parley: 1, type: 'unread', count: 3, html: '<img onerror=alert(1)>' };
    expect(parseToHost(data)).toEqual({ type: 'unread', count: 3 });
  });
});
