import { describe, expect, it } from 'vitest';
import { browserFamily, maskedIp, storedIp } from '../../server/consent/evidence.ts';

describe('[PR-63] the address as it is stored', () => {
  it.each([
    ['203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:abcd:12::7', '2001:db8:abcd:12::7', '2001:db8:abcd::/48'],
    ['2001:db8::7', '2001:db8::7', '2001:db8:0::/48'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['::1', '::1', '0:0:0::/48'],
    ['fe80::', 'fe80::', 'fe80:0:0::/48'],
  ])('%s is whole, cut or not there, as the owner chose', (ip, full, truncated) => {
    expect([storedIp(ip, 'full'), storedIp(ip, 'truncated'), storedIp(ip, 'none')]).toEqual([full, truncated, null]);
  });

  it.each([
    ['203.0.113.77', '203.0.113.•••'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['2001:db8:abcd:12::7', '2001:db8:abcd:•••'],
    ['2001:db8::7', '2001:db8:0:•••'],
    ['::1', '0:0:0:•••'],
    ['2001:db8:abcd::/48', '2001:db8:abcd::/48'],
  ])('%s is covered on the card as %s', (ip, masked) => {
    expect(maskedIp(ip)).toBe(masked);
  });
});

describe('[PR-36] the browser’s family', () => {
  const MOZILLA = 'Mozilla/5.0';
  const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`, 'Chrome, Windows'],
    [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`, 'Edge, Windows'],
    [`${MOZILLA} (X11; Linux x86_64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36 OPR/112.0.0.0`, 'Opera, Linux'],
    [`${MOZILLA} (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`, 'Chrome, ChromeOS'],
    [`${MOZILLA} (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0`, 'Firefox, Linux'],
    [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15`, 'Safari, macOS'],
    [
      `${MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1`,
      'Safari, iOS',
    ],
    [
      `${MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0 Mobile/15E148 Safari/604.1`,
      'Chrome, iOS',
    ],
    [
      `${MOZILLA} (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 FxiOS/127.0 Mobile/15E148 Safari/605.1.15`,
      'Firefox, iOS',
    ],
    [`${MOZILLA} (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36`, 'Chrome, Android'],
    [
      `${MOZILLA} (Linux; Android 14; SM-S918B) ${WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet, Android',
    ],
    ['curl/8.5.0', 'Other browser'],
    ['', null],
    [null, null],
  ])('%j is no more than %j', (agent, family) => {
    expect(browserFamily(agent)).toBe(family);
  });
});
