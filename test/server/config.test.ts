import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';

const owner = { PARLEY_OWNER_EMAIL: 'aoife.byrne@northwind.example' };

describe('a wrong value', () => {
  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['PORT', { PORT: '65536' }],
    ['PORT', { PORT: '-1' }],
    ['PARLEY_LOG', { PARLEY_LOG: 'loud' }],
    ['PARLEY_LOG', { PARLEY_LOG: 'INFO' }],
    ['PARLEY_TRUST_PROXY', { PARLEY_TRUST_PROXY: 'true' }],
    ['PARLEY_TRUST_PROXY', { PARLEY_TRUST_PROXY: '10' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'chat.example.com' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'ftp://chat.example.com' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'http://chat.example.com' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'https://aoife@chat.example.com' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'https://:secret@chat.example.com' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: 'https://chat.example.com/?a' }],
    ['PARLEY_PUBLIC_URL', { PARLEY_PUBLIC_URL: "https://chat.example.com'" }],
    ['PARLEY_DEMO_ORIGINS', { PARLEY_DEMO_ORIGINS: 'https://a.example,*' }],
    ['PARLEY_DEMO_ORIGINS', { PARLEY_DEMO_ORIGINS: "'none'" }],
    ['PARLEY_DEMO_ORIGINS', { PARLEY_DEMO_ORIGINS: 'https://a.example;script-src' }],
    ['PARLEY_DEMO_ORIGINS', { PARLEY_DEMO_ORIGINS: 'https://*.a.example' }],
    ['PARLEY_DEMO_ORIGINS', { PARLEY_DEMO_ORIGINS: 'https://a.example/shop' }],
    ['PARLEY_OWNER_EMAIL', { PARLEY_OWNER_EMAIL: 'aoife', PARLEY_OWNER_PASSWORD: 'seven grey herons' }],
    ['PARLEY_OWNER_EMAIL', owner],
    ['PARLEY_OWNER_PASSWORD', { ...owner, PARLEY_OWNER_PASSWORD: 'fourteen chars' }],
    ['PARLEY_OWNER_PASSWORD', { ...owner, PARLEY_OWNER_PASSWORD: 'a'.repeat(16) }],
    ['PARLEY_OWNER_PASSWORD', { ...owner, PARLEY_OWNER_PASSWORD: 'aoife byrne northwind' }],
    ['PARLEY_DEV', { PARLEY_DEV: '1', PARLEY_PUBLIC_URL: 'https://chat.example.com' }],
    ['PARLEY_AUDIT_KEEP', { PARLEY_AUDIT_KEEP: 'forever' }],
    ['PARLEY_AUDIT_KEEP', { PARLEY_AUDIT_KEEP: 'P0D' }],
    ['PARLEY_AUDIT_KEEP', { PARLEY_AUDIT_KEEP: 'P11Y' }],
    ['PARLEY_AUDIT_URL', { PARLEY_AUDIT_URL: 'http://log.example.com/?secret' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
  ])('of %s is named in one line that does not repeat it: %j', (name, env) => {
    const read = () => readConfig(env);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} [^\\n]+\\.$`));
    expect(read).not.toThrow(/secret|script-src|fourteen/);
  });
});

describe('how long the relay keeps what is its own (PR-60)', () => {
  it.each(['null', 'forever', '0', 'P0D', '180', 'P1H', 'P99Y', '-P6M', 'P6M '])('has an end: %j is none', (given) => {
    for (const name of ['PARLEY_SECURITY_KEEP', 'PARLEY_REQUESTS_KEEP', 'PARLEY_BREACHES_KEEP'])
      expect(() => readConfig({ [name]: given })).toThrow(new RegExp(`^${name} must be a period with an end`));
  });

  it('is three years for a request that was answered, five for a breach, where nobody says otherwise', () => {
    expect(readConfig({}).keep).toMatchObject({ requests: 'P3Y', breaches: 'P5Y' });
    const own = readConfig({ PARLEY_REQUESTS_KEEP: 'P6Y', PARLEY_BREACHES_KEEP: 'P10Y' });
    expect(own.keep).toMatchObject({ requests: 'P6Y', breaches: 'P10Y' });
  });

  it('is six months for what staff signed in with, where nobody says otherwise', () => {
    const day = 86_400_000;
    expect(readConfig({}).keep.security).toBe(180 * day);
    expect(readConfig({ PARLEY_SECURITY_KEEP: 'P30D' }).keep.security).toBe(30 * day);
  });
});

describe('the values', () => {
  it('that are empty are as good as absent, and the rest is filled in', () => {
    const config = readConfig({ PORT: '', PARLEY_DEMO_ORIGINS: '' });
    expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', publicUrl: null, demoOrigins: [], dev: false });
  });

  it('of origins are kept as origins', () => {
    const origins = ' https://a.example , http://localhost:3000/,https://[2001:db8::1]:8443,https://bücher.example';
    expect(readConfig({ PARLEY_DEMO_ORIGINS: origins }).demoOrigins).toEqual([
      'https://a.example',
      'http://localhost:3000',
      'https://[2001:db8::1]:8443',
      'https://xn--bcher-kva.example',
    ]);
    expect(readConfig({ PARLEY_PUBLIC_URL: 'http://localhost:9000' }).publicUrl).toBe('http://localhost:9000');
  });
});
