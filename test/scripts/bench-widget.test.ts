import { describe, expect, it } from 'vitest';
import { figureOf, ratioOf, show } from '../bench/support/figures.ts';
import { filesSoFar, judge } from '../bench/support/widget/bars.ts';
import type { Journey } from '../bench/support/widget/journey.ts';
import { type TraceEvent, timeOf } from '../bench/support/widget/loader-trace.ts';
import { createNetworkLog, type NetworkLog, trafficOf } from '../bench/support/widget/network-log.ts';
import { layoutShift } from '../bench/support/widget/vitals.ts';

/** The bench runs by hand; what it makes of what it saw is held here. */

function ask(log: NetworkLog, requestId: string, target: string, more: Record<string, unknown> = {}): void {
  const request = { url: 'http://localhost/frame/demo', method: 'GET' };
  log.hear('Network.requestWillBeSent', { requestId, request, type: 'Document', timestamp: 1, wallTime: 1001, ...more }, target);
}

const answer = (headers: number, more: object = {}): object => ({
  encodedDataLength: headers,
  headers: { 'Content-Encoding': 'br' },
  ...more,
});

describe('the log of a visit', () => {
  it('is one request where two targets tell of it, with headers and body apart', () => {
    const log = createNetworkLog();
    ask(log, 'a', 'page');
    log.hear('Network.responseReceived', { requestId: 'a', timestamp: 1.25, response: answer(300) }, 'page');
    expect(log.quietFor()).toBe(0);
    log.hear('Network.loadingFinished', { requestId: 'a', encodedDataLength: 1300 }, 'frame');
    expect(log.fetched).toEqual([
      expect.objectContaining({
        target: 'page',
        headerBytes: 300,
        bodyBytes: 1000,
        encoding: 'br',
        firstByteMs: 250,
        state: 'done',
      }),
    ]);
    expect(trafficOf(log.fetched)).toEqual({ requests: 1, headers: 300, bodies: 1000 });
  });

  it('counts a redirect as the request that it is, and sees what a cache answered', () => {
    const log = createNetworkLog();
    ask(log, 'a', 'page');
    ask(log, 'a', 'page', { redirectResponse: answer(200) });
    log.hear('Network.requestServedFromCache', { requestId: 'a' }, 'page');
    log.hear('Network.loadingFinished', { requestId: 'a', encodedDataLength: 0 }, 'page');
    ask(log, 'b', 'page', { request: { url: 'data:,', method: 'GET' } });
    expect(log.fetched.map(({ headerBytes, cached, state }) => ({ headerBytes, cached, state }))).toEqual([
      { headerBytes: 200, cached: false, state: 'done' },
      { headerBytes: 0, cached: true, state: 'done' },
    ]);
  });

  it('tells by the clock when the relay let the visitor in', () => {
    const log = createNetworkLog();
    ask(log, 'a', 'page');
    log.hear('Network.webSocketCreated', { requestId: 's', url: 'ws://localhost/live/' }, 'frame');
    for (const [timestamp, payloadData] of [
      [2, '0{"sid":"x"}'],
      [3, '40/visitor,{"sid":"y"}'],
    ]) {
      log.hear('Network.webSocketFrameReceived', { requestId: 's', timestamp, response: { payloadData } }, 'frame');
    }
    expect(log.sockets).toEqual([expect.objectContaining({ welcomedAt: 1_003_000, messageBytes: 12 + 2 + 22 + 2 })]);
  });
});

describe('figures', () => {
  it('are the middle and both ends, and ratios are taken round by round', () => {
    expect(figureOf([3, 1, 2, 10])).toEqual({ median: 2.5, min: 1, max: 10, of: 4 });
    expect(ratioOf([2, 9, 4], [1, 0, 4])).toEqual({ median: 1.5, min: 1, max: 2, of: 2 });
    expect(show(figureOf([1, 2, 4]))).toBe('2 (1 to 4)');
    expect(show(figureOf([]))).toBe('-');
  });

  it('take layout shift by its worst window', () => {
    expect(layoutShift([])).toBe(0);
    expect(
      layoutShift([
        [100, 0.1],
        [900, 0.1],
        [2000, 0.15],
      ]),
    ).toBeCloseTo(0.2);
    // More than five seconds of small shifts are two windows.
    expect(layoutShift([0, 900, 1800, 2700, 3600, 4500, 5400].map((at) => [at, 1]))).toBe(6);
  });

  it("find the loader in a trace by its thread's own time, what is nested counted once", () => {
    const event = (name: string, ts: number, dur: number, tdur: number, url?: string, tid = 1): TraceEvent => {
      return { name, ph: 'X', pid: 1, tid, ts, dur, tdur, ...(url !== undefined && { args: { data: { url } } }) };
    };
    const events = [
      event('RunTask', 0, 90_000, 40_000),
      event('EvaluateScript', 10_000, 60_000, 20_000, 'loader'),
      event('v8.compile', 10_000, 5000, 5000, 'loader'),
      event('RunTask', 200_000, 300_000, 300_000),
      event('v8.parseOnBackground', 0, 80_000, 80_000, 'loader', 2),
    ];
    expect(timeOf(events, 'loader')).toEqual({ script: 20, longestTask: 40 });
    expect(() => timeOf(events, 'other')).toThrow(/does not know/);
  });
});

describe('the bars', () => {
  const fetched = (type: string, bodyBytes: number): Journey['asked']['loaded'][number] => {
    const answered = { firstByteMs: 1, headerBytes: 100, encoding: 'br', state: 'done', cached: false } as const;
    return { url: '', method: 'GET', type, target: 'page', askedAt: 0, bodyBytes, ...answered };
  };
  const journey = {
    asked: {
      loaded: [fetched('Script', 1500)],
      form: [fetched('Document', 1000), fetched('Script', 12_860)],
      chat: [fetched('Script', 17_000), fetched('Fetch', 5000)],
      later: [fetched('Script', 9000)],
    },
  } as Journey;
  const nothing = { cookies: [], storage: [], more: [], sockets: 0, otherHosts: [], cameToRest: true };
  const before = { ...nothing, traffic: { requests: 1, headers: 0, bodies: 0 } };
  const vitals = { lcp: 500, cls: 0, tbt: 0, longTasks: 0, frameTbt: 0 };
  const quick = { script: 10, longestTask: 10 };
  const held = (change: Partial<Parameters<typeof judge>[0]> = {}): boolean[] =>
    judge({ journeys: [journey], before, traces: [quick], hostCost: { parley: [vitals] }, ...change }).map(({ holds }) => holds);

  it('weigh files and pages, each stage with all before it, to the byte', () => {
    expect(filesSoFar(journey, 'chat')).toBe(32_360);
    // What is fetched once the chat runs keeps nobody waiting for it.
    expect(filesSoFar(journey, 'later')).toBe(41_360);
    expect(held()).toEqual([true, true, true, true, true, true]);
    const heavier = { asked: { ...journey.asked, loaded: [fetched('Script', 1501)] } } as Journey;
    expect(held({ journeys: [journey, heavier] })).toEqual([true, false, true, true, true, true]);
  });

  it('are missed by anything kept, a second request, a long task, or a shift', () => {
    expect(held({ before: { ...before, storage: ['localStorage x'] } })[3]).toBe(false);
    expect(held({ before: { ...before, traffic: { requests: 2, headers: 0, bodies: 0 } } })[3]).toBe(false);
    expect(held({ traces: [quick, { script: 60, longestTask: 60 }] })[4]).toBe(false);
    expect(held({ hostCost: { parley: [vitals, { ...vitals, cls: 0.001 }] } })[5]).toBe(false);
  });
});
