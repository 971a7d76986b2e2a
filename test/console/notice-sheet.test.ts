// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setAt } from '../../console/models/notice-doc.ts';
import { AGAIN, createNoticeSheet, type NoticeSheet, PAUSE } from '../../console/models/notice-sheet.ts';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { FakeNotices } from './fake-notices.ts';

const PROMISE = 'words.form.promise';

describe('a notice being written', () => {
  let relay: FakeNotices;
  let sheet: NoticeSheet;
  let signedOut = 0;

  beforeEach(async () => {
    vi.useFakeTimers();
    relay = new FakeNotices();
    sheet = createNoticeSheet({ api: relay, site: 'demo', locale: 'en', onUnauthorized: () => (signedOut += 1) });
    await sheet.load();
  });
  afterEach(() => {
    sheet.stop();
    vi.useRealTimers();
  });

  const now = (): NoticeDoc => {
    if (!sheet.doc.value) throw new Error('nothing is written');
    return sheet.doc.value;
  };
  const type = (path: string, value: unknown) => sheet.edit(setAt(now(), path, value));
  const saves = () => relay.asked.filter((one) => one === 'save').length;
  const pause = (ms = PAUSE) => vi.advanceTimersByTimeAsync(ms);
  const promised = () => relay.draft?.words.form.promise;

  it('is saved once its writer pauses, in one request, and says when it is not', async () => {
    expect([sheet.saving.value, sheet.block.value, sheet.hasUnsaved()]).toEqual(['saved', 'unchanged', false]);
    for (const text of ['A', 'A p', 'A person answers.']) {
      type(PROMISE, text);
      await pause(PAUSE / 2);
    }
    expect([sheet.saving.value, sheet.hasUnsaved(), saves()]).toEqual(['unsaved', true, 0]);
    await pause();
    expect([sheet.saving.value, sheet.hasUnsaved(), saves(), promised()]).toEqual(['saved', false, 1, 'A person answers.']);
    expect(sheet.desk.value?.changes.map(({ path }) => path)).toEqual([PROMISE]);
  });

  it('goes out again for what was typed while it was saved', async () => {
    type(PROMISE, 'First');
    const first = sheet.save();
    type(PROMISE, 'Second');
    await first;
    expect([promised(), sheet.hasUnsaved()]).toEqual(['First', true]);
    await pause();
    expect([promised(), now().words.form.promise, sheet.saving.value]).toEqual(['Second', 'Second', 'saved']);
  });

  it('keeps what was typed when the relay does not answer, says so, and tries again by itself', async () => {
    relay.fate.push('lost', 'lost');
    type(PROMISE, 'Typed in a tunnel');
    await pause();
    expect([sheet.saving.value, sheet.failure.value?.code, sheet.hasUnsaved()]).toEqual(['failed', 'no_answer', true]);
    expect([now().words.form.promise, promised(), sheet.block.value]).toEqual(['Typed in a tunnel', undefined, 'unsaved']);
    await pause(AGAIN);
    expect(sheet.saving.value).toBe('failed');
    await pause(AGAIN);
    expect([sheet.saving.value, sheet.failure.value, promised()]).toEqual(['saved', null, 'Typed in a tunnel']);
  });

  it('takes its own words for nobody else’s when only the answer was lost', async () => {
    relay.fate.push('answer');
    type(PROMISE, 'First');
    await pause();
    type(PROMISE, 'First and second');
    await pause();
    expect([sheet.theirs.value, sheet.saving.value, promised()]).toEqual([null, 'saved', 'First and second']);
  });

  it('shows another’s draft beside its own, loses neither, and saves the one that is chosen', async () => {
    const other = setAt(DEMO_NOTICE, PROMISE, 'Theirs');
    const meet = async () => {
      relay.draft = other;
      type(PROMISE, 'Mine');
      await pause();
    };
    await meet();
    expect([sheet.theirs.value?.draft?.doc.words.form.promise, now().words.form.promise]).toEqual(['Theirs', 'Mine']);
    expect([sheet.block.value, promised(), sheet.hasUnsaved()]).toEqual(['conflict', 'Theirs', true]);
    // What is typed on meanwhile stays here and overwrites nobody.
    type(PROMISE, 'Mine, longer');
    await pause();
    expect([promised(), saves()]).toEqual(['Theirs', 1]);
    await sheet.keepMine();
    expect([sheet.theirs.value, promised(), sheet.saving.value]).toEqual([null, 'Mine, longer', 'saved']);

    await meet();
    sheet.takeTheirs();
    expect([now().words.form.promise, sheet.hasUnsaved(), promised()]).toEqual(['Theirs', false, 'Theirs']);
    sheet.putBack();
    await pause();
    expect([now().words.form.promise, promised()]).toEqual(['Mine', 'Mine']);
  });

  it('[PR-03] is not published with an error in it, nor before all of it is saved', async () => {
    type('purposes.1.retention', '');
    expect(sheet.block.value).toBe('unsaved');
    expect(await sheet.publish()).toBeNull();
    await pause();
    expect([sheet.block.value, sheet.desk.value?.findings.map(({ rule }) => rule)]).toEqual(['errors', ['PR-03']]);
    expect(await sheet.publish()).toBeNull();
    expect([relay.asked.includes('publish'), relay.versions.length]).toEqual([false, 1]);
    type('purposes.1.retention', 'P14M');
    await pause();
    expect(sheet.block.value).toBeNull();
    expect(await sheet.publish()).toBeNull();
    expect([relay.inForce?.version, sheet.desk.value?.inForce?.version, sheet.block.value]).toEqual([2, 2, 'unchanged']);
  });

  it('[PR-38] publishes only the words that were seen: another’s stand beside them instead', async () => {
    type(PROMISE, 'Seen');
    await pause();
    relay.draft = setAt(DEMO_NOTICE, PROMISE, 'Never seen here');
    expect((await sheet.publish())?.code).toBe('conflict');
    expect([relay.inForce?.version, sheet.theirs.value?.draft?.doc.words.form.promise]).toEqual([1, 'Never seen here']);
    expect(now().words.form.promise).toBe('Seen');
    // Coming back to the page chooses neither.
    await sheet.load();
    expect([sheet.theirs.value === null, now().words.form.promise]).toEqual([false, 'Seen']);
  });

  it('knows that it was published when only the answer was lost', async () => {
    type(PROMISE, 'Published once');
    await pause();
    relay.fate.push('answer');
    expect((await sheet.publish())?.code).toBe('no_answer');
    expect(await sheet.publish()).toBeNull();
    expect([relay.versions.length, sheet.desk.value?.inForce?.version]).toEqual([2, 2]);
  });

  it('[PR-07] takes up what the relay makes of the settings, beside what is typed meanwhile', async () => {
    type('words.cookie.body', 'With a cookie for ever.');
    const saved = sheet.save();
    type(PROMISE, 'Typed meanwhile ');
    await saved;
    expect(now().words.cookie.body).toBe(DEMO_NOTICE.words.cookie.body);
    expect(now().words.form.promise).toBe('Typed meanwhile ');
    await pause();
    // The relay takes out the space at the end; whoever types on still has it.
    expect([now().words.form.promise, relay.next?.words.form.promise]).toEqual(['Typed meanwhile ', 'Typed meanwhile']);
    expect([sheet.saving.value, sheet.theirs.value]).toEqual(['saved', null]);
  });

  it('takes up a ready-made text, and can put back what was there', async () => {
    type(PROMISE, 'Mine');
    expect(await sheet.adopt('eu')).toBeNull();
    expect(now().controller.name).toBe('[Name of your company]');
    sheet.putBack();
    await pause();
    expect([now().controller.name, promised()]).toEqual([DEMO_NOTICE.controller.name, 'Mine']);
  });

  it('sends whose session has ended to the sign-in, with the words kept', async () => {
    vi.spyOn(relay, 'save').mockResolvedValue({ ok: false, error: { code: 'unauthorized' } });
    type(PROMISE, 'Typed too late');
    await pause();
    expect([signedOut, now().words.form.promise, sheet.hasUnsaved()]).toEqual([1, 'Typed too late', true]);
  });
});
