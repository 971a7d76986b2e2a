// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../console/App.tsx';
import { createNoticeDesk } from '../../console/models/notice-desk.ts';
import { addPurpose, moveUp, removeAt, setAt } from '../../console/models/notice-doc.ts';
import { createSession } from '../../console/models/session.ts';
import { differences } from '../../console/notices/differences.ts';
import { fieldId } from '../../console/notices/fields.ts';
import { type Finding, placeOfFinding } from '../../console/notices/finding-places.ts';
import { placeOf } from '../../console/notices/places.ts';
import { wordDiff } from '../../console/notices/word-diff.ts';
import { Notices } from '../../console/pages/Notices.tsx';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { lintWords } from '../../shared/i18n/lint.en.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { FakeNotices } from './fake-notices.ts';
import { FakeRelay, MARIA } from './fake-relay.ts';

afterEach(cleanup);

async function open(relay = new FakeNotices()) {
  const desk = createNoticeDesk(relay, () => undefined);
  render(<Notices desk={desk} address={null} connection={new FakeRelay()} />);
  await waitFor(() => expect(screen.getByRole('heading', { level: 1, name: 'Notice' })).toBeTruthy());
  await waitFor(() => expect(desk.sheet.value?.desk.value).toBeTruthy());
  return { desk, relay };
}

/** Every single value of a document, by its path. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}

describe('the page of a notice', () => {
  it('[PR-03] has a field for everything that a notice says, but for what the relay counts', () => {
    const unplaced = leaves(DEMO_NOTICE).filter((path) => placeOf(path, DEMO_NOTICE) === null);
    expect(unplaced.filter((path) => !/^purposes\.\d\.(id|version)$/.test(path))).toEqual([
      'schema',
      'site',
      'version',
      'locale',
      ...(DEMO_NOTICE.facts?.ip ? ['facts.ip'] : []),
    ]);
  });

  it('[PR-03] leads from every kind of finding to a field that is there', async () => {
    await open();
    const wheres: Partial<Record<keyof typeof lintWords, string>> = {
      'controller.missing': 'name',
      'period.invalid': 'news: how long it is kept',
      'period.absurd': 'news: how long it is kept',
      'period.long': 'proof',
      'recipient.unlisted': '',
      'recipient.country': 'Harbour Hosting',
      'storage.unknown': 'parley_resume',
      'word.missing': 'accept',
      'word.unfilled': 'Nothing leaves the EU',
      'settings.unlike': 'words.cookie.body',
      'special.unmarked': 'news: health',
    };
    const missing = (Object.keys(lintWords) as (keyof typeof lintWords)[]).filter((key) => {
      const finding: Finding = { rule: 'PR-03', level: 'error', key, where: wheres[key] ?? 'answer', text: '' };
      const path = placeOfFinding(finding, DEMO_NOTICE)?.replace('purposes.-1', 'purposes.0') ?? '';
      const parts = path.split('.');
      return !parts.some((_, at) => document.getElementById(fieldId(parts.slice(0, parts.length - at).join('.'))));
    });
    // A whole language is no field.
    expect(missing).toEqual(['locale.unknown']);
  });

  it('writes periods as a number and a unit, and says that an empty one is none', async () => {
    const { desk } = await open();
    const number = document.getElementById(fieldId('purposes.0.retention')) as HTMLInputElement;
    const unit = number.nextElementSibling as HTMLSelectElement;
    expect([number.value, unit.value]).toEqual(['90', 'D']);
    const held = () => desk.sheet.value?.doc.value?.purposes[0]?.retention;
    fireEvent.input(number, { target: { value: '4' } });
    fireEvent.change(unit, { target: { value: 'M' } });
    expect(held()).toBe('P4M');
    fireEvent.input(number, { target: { value: '' } });
    expect(held()).toBe('');
    fireEvent.input(number, { target: { value: '6' } });
    expect(held()).toBe('P6M');
  });

  it('adds a purpose with its words, takes it out by name, and puts it back', async () => {
    const { desk } = await open();
    const ids = () => desk.sheet.value?.doc.value?.purposes.map(({ id }) => id);
    const words = () => Object.keys(desk.sheet.value?.doc.value?.words.purposes ?? {});
    fireEvent.click(screen.getByRole('button', { name: 'Add a purpose', hidden: true }));
    expect([ids(), words()]).toEqual([
      ['answer', 'news', 'persistence', 'purpose-4'],
      ['answer', 'news', 'persistence', 'purpose-4'],
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove Purpose “Monthly reading list”', hidden: true }));
    expect([ids(), words()]).toEqual([
      ['answer', 'persistence', 'purpose-4'],
      ['answer', 'persistence', 'purpose-4'],
    ]);
    const back = await screen.findByRole('button', { name: 'Put it back' });
    await waitFor(() => expect(document.activeElement).toBe(back));
    fireEvent.click(back);
    expect(ids()).toEqual(['answer', 'news', 'persistence', 'purpose-4']);
    expect(desk.sheet.value?.doc.value?.words.purposes.news?.name).toBe('Monthly reading list');
  });

  it('[PR-11] previews every box unticked, in the words as they are typed', async () => {
    await open();
    const clause = document.getElementById(fieldId('words.form.clause')) as HTMLTextAreaElement;
    fireEvent.input(clause, { target: { value: 'Other short words.' } });
    const preview = document.querySelector('[data-preview="form"]');
    await waitFor(() => expect(preview?.textContent).toContain('Other short words.'));
    const boxes = [...(preview?.querySelectorAll<HTMLInputElement>('input[type="checkbox"]') ?? [])];
    expect(boxes.map(({ checked }) => checked)).toEqual([false, false]);
    expect(preview?.hasAttribute('inert')).toBe(true);
  });

  it('[PR-06] says where the settings no longer fit what is published', async () => {
    const relay = new FakeNotices();
    relay.notes = ['The setting is to keep IP addresses not at all.'];
    await open(relay);
    expect(screen.getByRole('heading', { name: 'The settings have changed since this notice was published.' })).toBeTruthy();
    expect(screen.getByText('The setting is to keep IP addresses not at all.')).toBeTruthy();
  });

  it('keeps what was typed through a session that ends, and forgets it at sign-out', async () => {
    const relay = new FakeNotices();
    const owner = { ok: true, data: MARIA } as const;
    const refused = { ok: false, error: { code: 'unauthorized' } } as const;
    const session = createSession({
      me: async () => owner,
      login: async () => owner,
      setup: async () => refused,
      reset: async () => refused,
      logout: async () => ({ ok: true, data: null }),
    });
    location.hash = '#notice=demo/en';
    render(<App session={session} connect={() => new FakeRelay()} noticeApi={relay} />);
    const promise = async () => {
      await waitFor(() => expect(document.getElementById(fieldId('words.form.promise'))).toBeTruthy());
      return document.getElementById(fieldId('words.form.promise')) as HTMLInputElement;
    };
    await session.start(null);
    const before = (await promise()).value;
    fireEvent.input(await promise(), { target: { value: 'Typed, not saved' } });
    session.ended('expired');
    await screen.findByRole('button', { name: 'Sign in' });
    await session.signIn('maria@northwind.example', 'whatever it is');
    expect((await promise()).value).toBe('Typed, not saved');
    relay.fate.push('lost', 'lost', 'lost', 'lost');
    fireEvent.input(await promise(), { target: { value: 'Gone with its writer' } });
    await session.signOut();
    await screen.findByRole('button', { name: 'Sign in' });
    relay.fate.length = 0;
    relay.draft = null;
    await session.signIn('maria@northwind.example', 'whatever it is');
    await waitFor(async () => expect((await promise()).value).toBe(before));
    location.hash = '';
  });

  it('asks from what to begin where there is no notice yet', async () => {
    const { desk } = await open(new FakeNotices(null));
    expect(await screen.findByRole('heading', { name: 'No notice in English yet' })).toBeTruthy();
    expect(screen.getByText(/Have it reviewed before you publish/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Use this text' }));
    await waitFor(() => expect(desk.sheet.value?.doc.value?.controller.name).toBe('[Name of your company]'));
  });
});

describe('the difference of two notices', () => {
  const told = (before: NoticeDoc, after: NoticeDoc) => differences(before, after).map(({ path }) => path);
  const { full, purposes } = DEMO_NOTICE;
  it('is told by what was taken out, put in, moved or altered, wherever it stands now', () => {
    const without = removeAt(DEMO_NOTICE, 'full.table', 1);
    expect(told(DEMO_NOTICE, without)).toEqual(['full.table.1']);
    expect(told(without, DEMO_NOTICE)).toEqual(['full.table.1']);
    expect(told(DEMO_NOTICE, moveUp(DEMO_NOTICE, 'full.sections', 2))).toEqual(['full.sections']);
    expect(told(DEMO_NOTICE, setAt(DEMO_NOTICE, 'full.table.2.term', 'Kept'))).toEqual(['full.table.2.term']);
    const last = `full.table.${full.table.length - 2}.text`;
    expect(told(DEMO_NOTICE, setAt(without, last, 'Other'))).toEqual(['full.table.1', last]);
    const fewer = removeAt(DEMO_NOTICE, 'purposes', 1);
    expect(told(DEMO_NOTICE, fewer)).toEqual(['purposes.1', 'words.purposes.news']);
    expect(told(DEMO_NOTICE, addPurpose(DEMO_NOTICE, 'form'))).toEqual([
      `purposes.${purposes.length}`,
      'words.purposes.purpose-4',
    ]);
    expect(told(DEMO_NOTICE, { ...DEMO_NOTICE, version: 9 })).toEqual([]);
  });
});

describe('the difference of two texts', () => {
  const said = (before: string, after: string) => wordDiff(before, after).map(({ kind, text }) => `${kind}: ${text.trim()}`);
  it('is told word by word', () => {
    expect(said('keeps it 90 days, then not', 'keeps it for 120 days, then not')).toEqual([
      'both: keeps it',
      'out: 90',
      'in: for 120',
      'both: days, then not',
    ]);
    expect(said('the same', 'the same')).toEqual(['both: the same']);
    expect(said('', 'new')).toEqual(['in: new']);
  });
});
