// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../console/App.tsx';
import type { Api, ApiResult } from '../../console/api.ts';
import { createSession, type OneTimeLink, readOneTimeLink } from '../../console/models/session.ts';
import type { Me } from '../../shared/api.ts';
import { FakeRelay, MARIA } from './fake-relay.ts';

afterEach(cleanup);

const refused = (code: 'unauthorized' | 'sign_in_failed'): ApiResult<Me> => ({ ok: false, error: { code } });

function fakeApi(answer: ApiResult<Me>): Api & { calls: unknown[] } {
  const calls: unknown[] = [];
  const take = async (request: unknown) => {
    calls.push(request);
    return answer;
  };
  return {
    calls,
    me: async () => refused('unauthorized'),
    login: take,
    setup: take,
    reset: take,
    logout: async () => ({ ok: true, data: null }),
  };
}

async function open(api: Api, link: OneTimeLink | null = null) {
  const session = createSession(api);
  const relay = new FakeRelay();
  render(<App session={session} connect={() => relay} />);
  await session.start(link);
  await waitFor(() => expect(document.querySelector('form')).toBeTruthy());
  return session;
}
function fill(label: string, value: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
}

describe('signing in', () => {
  it('says what is missing, at the top and at each field, without asking the relay', async () => {
    const api = fakeApi({ ok: true, data: MARIA });
    await open(api);
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('2 things are missing');
    await waitFor(() => expect(document.activeElement).toBe(alert));
    expect(screen.getByLabelText('E-mail').getAttribute('aria-invalid')).toBe('true');
    expect(api.calls).toEqual([]);
  });

  it.each([
    [refused('sign_in_failed'), 'E-mail or password is wrong.'],
    [{ ok: false, error: { code: 'rate_limited', retryAfterSeconds: 40 } }, 'Too many tries. Try again in 40 seconds.'],
    [{ ok: false, error: { code: 'rate_limited', retryAfterSeconds: 600 } }, 'Too many tries. Try again in 10 minutes.'],
    [{ ok: false, error: { code: 'forbidden' } }, /^The relay takes nothing from a page under this address\./],
    [{ ok: false, error: { code: 'no_answer' } }, 'The relay does not answer. Check the connection, then try again.'],
  ] as [ApiResult<Me>, string | RegExp][])('says a refusal in words', async (answer, words) => {
    await open(fakeApi(answer));
    fill('E-mail', 'maria@northwind.example');
    fill('Password', 'not the right one');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByText(words)).toBeTruthy());
    expect((screen.getByLabelText('E-mail') as HTMLInputElement).value).toBe('maria@northwind.example');
  });

  it('leads to the inbox, and back with the reason when the session ends', async () => {
    const session = await open(fakeApi({ ok: true, data: MARIA }));
    fill('E-mail', ' maria@northwind.example ');
    fill('Password', 'correct horse battery');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Inbox' })).toBeTruthy());
    session.ended('disabled');
    await waitFor(() => expect(screen.getByText('This account has been switched off. Ask whoever runs the relay.')).toBeTruthy());
  });

  it('lets managers and pasting do their work, and shows the password on demand', async () => {
    await open(fakeApi(refused('sign_in_failed')));
    const field = screen.getByLabelText('Password') as HTMLInputElement;
    expect(field.autocomplete).toBe('current-password');
    expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('username');
    fireEvent.click(screen.getByRole('button', { name: 'Show the password' }));
    await waitFor(() => expect(screen.getByLabelText('Password').getAttribute('type')).toBe('text'));
    expect(screen.getByLabelText('Password')).toBe(field);
  });
});

describe('one-time links', () => {
  it('are read from behind the hash only', () => {
    expect(readOneTimeLink('#setup=abc_-9')).toEqual({ name: 'setup', token: 'abc_-9' });
    expect(readOneTimeLink('#reset=x')).toEqual({ name: 'reset', token: 'x' });
    expect(readOneTimeLink('#setup=<script>')).toBeNull();
    expect(readOneTimeLink('?setup=abc')).toBeNull();
  });

  it('make the first owner with a password long enough', async () => {
    const api = fakeApi({ ok: true, data: MARIA });
    await open(api, { name: 'setup', token: 'abc' });
    // It promises nothing that cannot be done yet.
    expect(screen.getByText('This link works once. It makes the account that answers.')).toBeTruthy();
    fill('Your name', 'Maria Costa');
    fill('E-mail', 'maria@northwind.example');
    fill('Password', 'fourteen chars');
    fireEvent.click(screen.getByRole('button', { name: 'Create the account' }));
    await waitFor(() => expect(screen.getAllByText('One more character: 15 at least.')).toHaveLength(2));
    fill('Password', 'fifteen charact');
    fireEvent.click(screen.getByRole('button', { name: 'Create the account' }));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Inbox' })).toBeTruthy());
    expect(api.calls).toEqual([
      { token: 'abc', name: 'Maria Costa', email: 'maria@northwind.example', password: 'fifteen charact' },
    ]);
  });

  it.each([
    [{ ok: false, error: { code: 'link_used' } }, /This link has been used or has run out/],
    [{ ok: false, error: { code: 'weak_password' } }, /in lists of known passwords/],
    [{ ok: false, error: { code: 'invalid', fields: { password: 'too short' } } }, /in lists of known passwords/],
  ] as [ApiResult<Me>, RegExp][])('say in words why a new password is not taken', async (answer, words) => {
    await open(fakeApi(answer), { name: 'reset', token: 'abc' });
    fill('New password', 'a long enough sentence');
    fireEvent.click(screen.getByRole('button', { name: 'Save and sign in' }));
    await waitFor(() => expect(screen.getAllByText(words).length).toBeGreaterThan(0));
  });
});
