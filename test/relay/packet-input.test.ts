import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_NAMESPACE, LIVE_PATH, VISITOR_NAMESPACE } from '../../shared/endpoints.ts';
import { newId } from '../../shared/ids.ts';
import { FRAME_MAX_BYTES } from '../../shared/limits.ts';
import { askAsVisitor, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { speak, takeStock } from '../support/unharmed.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

/** Packets and handshakes that no client of ours sends: the link may be closed for them, and nothing else happens. */
let relay: TestRelay;
let visitor: TestVisitor;
let socket: VisitorSocket;
let expectUnharmed: () => Promise<void>;

beforeAll(async () => {
  relay = await startTestRelay();
  visitor = await startVisitor(relay);
});
beforeEach(async () => {
  if (!socket?.connected) socket = await visitor.connect();
  expectUnharmed = takeStock(relay);
});
afterAll(async () => {
  socket?.close();
  await relay?.close();
});

describe('a packet', () => {
  const raw = (target: VisitorSocket): { write(packet: string | Buffer): void } =>
    target.io.engine as unknown as { write(packet: string | Buffer): void };

  /** The link may be closed for it; the relay and everybody else go on. */
  async function expectOthersUnharmed(): Promise<void> {
    await expectUnharmed();
    const other = await visitor.connect();
    expect((await askAsVisitor(other, 'typing:set', { typing: false })).ok).toBe(true);
    other.close();
  }

  it.each([
    ['an object for a name', `2${VISITOR_NAMESPACE},[{"toString":"foo"}]`],
    ['a list for a name', `2${VISITOR_NAMESPACE},[[]]`],
    ['null for a name', `2${VISITOR_NAMESPACE},[null]`],
    ['a number for a name', `2${VISITOR_NAMESPACE},0[7]`],
    ['no name', `2${VISITOR_NAMESPACE},[]`],
    ['no list', `2${VISITOR_NAMESPACE},{}`],
    ['"error"', `2${VISITOR_NAMESPACE},0["error",{}]`],
    ['"connect"', `2${VISITOR_NAMESPACE},0["connect",{}]`],
    ['"disconnect"', `2${VISITOR_NAMESPACE},0["disconnect",{}]`],
    ['"newListener"', `2${VISITOR_NAMESPACE},0["newListener",{}]`],
    ['broken JSON', `2${VISITOR_NAMESPACE},0["message:send",{`],
    ['a huge acknowledgement number', `2${VISITOR_NAMESPACE},${'9'.repeat(400)}["typing:set",{"typing":true}]`],
    ['a forged binary count', `5${'9'.repeat(20)}-${VISITOR_NAMESPACE},["message:send",{"_placeholder":true,"num":0}]`],
    ['a binary placeholder out of range', `51-${VISITOR_NAMESPACE},["message:send",{"_placeholder":true,"num":7}]`],
    ['an unknown type', '9{}'],
    ['nothing at all', ''],
    ['an acknowledgement that nobody waits for', `3${VISITOR_NAMESPACE},77[{}]`],
    ['a second connect', `0${VISITOR_NAMESPACE},{"session":"x"}`],
    ['a namespace with a prototype', '0/__proto__?x=1,{}'],
    ['a connect with a prototype', `0${AGENT_NAMESPACE},{"__proto__":{"polluted":1}}`],
  ])('with %s harms nobody', async (_, packet) => {
    raw(socket).write(packet);
    await expectOthersUnharmed();
  });

  it('of bytes that nobody announced harms nobody', async () => {
    raw(socket).write(Buffer.alloc(1000, 0xff));
    await expectOthersUnharmed();
  });

  it(`of more than ${FRAME_MAX_BYTES} bytes closes the link and is not read`, async () => {
    const body = 'a'.repeat(FRAME_MAX_BYTES);
    raw(socket).write(`2${VISITOR_NAMESPACE},0["message:send",{"id":"${newId()}","body":"${body}"}]`);
    await waitFor(() => !socket.connected, 'the link to be closed');
    await expectOthersUnharmed();
  });

  it('flood of pings and pongs harms nobody', async () => {
    const engine = socket.io.engine as unknown as { _sendPacket(type: string, data?: string): void };
    for (let at = 0; at < 2000; at++) engine._sendPacket(at % 2 ? 'ping' : 'pong', 'x');
    await expectOthersUnharmed();
  });
});

describe('a handshake', () => {
  const upgrade = (query: string, headers = ''): string =>
    `GET ${LIVE_PATH}/?${query} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${relay.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;
  const poll = (query: string): string =>
    `GET ${LIVE_PATH}/?${query} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${relay.origin}\r\nConnection: close\r\n\r\n`;

  it.each([
    ['an old protocol', () => poll('EIO=3&transport=polling')],
    ['no protocol', () => poll('transport=polling')],
    ['no transport', () => poll('EIO=4')],
    ['an unknown transport', () => poll('EIO=4&transport=carrier-pigeon')],
    ['a transport from the prototype', () => poll('EIO=4&transport=constructor')],
    ['the session of nobody', () => poll('EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA')],
    ['the session of a prototype', () => poll('EIO=4&transport=polling&sid=__proto__')],
    ['an upgrade of nobody', () => upgrade('EIO=4&transport=websocket&sid=__proto__')],
    ['an upgrade by polling', () => upgrade('EIO=4&transport=polling')],
    ['an old protocol by upgrade', () => upgrade('EIO=3&transport=websocket')],
  ])('with %s is refused', async (_, request) => {
    // An upgrade may be answered before it is refused; a session it never gets.
    const answer = await speak(relay, request());
    expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|101)/);
    expect(answer).not.toContain('"sid"');
    await expectUnharmed();
  });

  it('with an unmasked or broken first frame harms nobody', async () => {
    const request = Buffer.from(upgrade('EIO=4&transport=websocket'));
    for (const frame of [
      [0x81, 0x01, 0x32],
      [0xf1, 0x81, 0, 0, 0, 0, 0x32],
      [0x83, 0x80, 0, 0, 0, 0],
      [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]) {
      await speak(relay, Buffer.concat([request, Buffer.from(frame)]));
      await expectUnharmed();
    }
  });

  it('that upgrades the same session twice harms nobody', async () => {
    const opened = await speak(relay, poll('EIO=4&transport=polling'));
    const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? '';
    expect(sid).not.toBe('');
    await Promise.all([1, 2, 3].map(() => speak(relay, upgrade(`EIO=4&transport=websocket&sid=${sid}`))));
    await expectUnharmed();
  });
});
