import { describe, expect, it } from 'vitest';
import {
  addDays,
  DEADLINE_PROFILES,
  type DueInput,
  dayOf,
  dueDays,
  isDay,
  LAWS,
  profileOf,
  REQUEST_KINDS,
  strictest,
  urgencyOf,
} from '../../shared/deadlines.ts';
import { DAY } from '../../shared/limits.ts';

const asked = (change: Partial<DueInput>): DueInput => ({
  profile: 'eu',
  kind: 'access',
  received: '2026-03-05',
  viaOthers: false,
  isExtended: false,
  identity: null,
  holidays: [],
  ...change,
});
const answerOf = (change: Partial<DueInput>): string | null => dueDays(asked(change)).answer;

describe('when a request is due (PR-51)', () => {
  it('is a calendar month in the EU, on the last day where that month is shorter, and on the next working day', () => {
    const cases: [received: string, due: string, why: string][] = [
      ['2026-03-05', '2026-04-06', '5 April is a Sunday'],
      ['2026-03-10', '2026-04-10', 'a Friday'],
      ['2026-03-11', '2026-04-13', '11 April is a Saturday'],
      ['2026-08-31', '2026-09-30', 'September has no 31st'],
      ['2027-01-31', '2027-03-01', '28 February 2027 is a Sunday'],
      ['2028-01-31', '2028-02-29', 'a leap year'],
      ['2028-01-29', '2028-02-29', 'a leap year has the 29th'],
      ['2027-01-29', '2027-03-01', 'and another year has not'],
      ['2026-12-07', '2027-01-07', 'over the end of the year'],
      ['2026-12-31', '2027-02-01', '31 January 2027 is a Sunday'],
      ['2024-02-29', '2024-03-29', 'from a leap day'],
    ];
    for (const [received, due, why] of cases) expect([why, answerOf({ received })]).toEqual([why, due]);
    for (const [received, due, why] of cases) expect([why, answerOf({ received, profile: 'uk' })]).toEqual([why, due]);
  });

  it('passes over the holidays that are given, and days of the week after them', () => {
    // Good Friday to Easter Monday 2027.
    const holidays = ['2027-03-26', '2027-03-29'];
    expect(answerOf({ received: '2027-02-26' })).toBe('2027-03-26');
    expect(answerOf({ received: '2027-02-26', holidays })).toBe('2027-03-30');
    expect(answerOf({ received: '2027-02-28', holidays })).toBe('2027-03-30');
  });

  it('has two further months in the EU, told before the first is over', () => {
    expect(dueDays(asked({ received: '2026-03-10' }))).toEqual({
      acknowledge: null,
      answer: '2026-04-10',
      extendBy: '2026-04-10',
      extended: '2026-06-10',
    });
    expect(dueDays(asked({ received: '2026-11-30', isExtended: true }))).toEqual({
      acknowledge: null,
      answer: '2027-03-01',
      extendBy: null,
      extended: null,
    });
  });

  it('follows the figures of each law', () => {
    // Received on a Thursday.
    const received = '2026-10-01';
    const cases: [Partial<DueInput>, acknowledge: string | null, answer: string, extended: string | null][] = [
      [{ profile: 'vn', kind: 'access' }, '2026-10-05', '2026-10-11', '2026-10-21'],
      [{ profile: 'vn', kind: 'rectify', viaOthers: true }, '2026-10-05', '2026-10-16', '2026-10-26'],
      [{ profile: 'vn', kind: 'withdraw' }, '2026-10-05', '2026-10-16', '2026-10-31'],
      [{ profile: 'vn', kind: 'restrict' }, '2026-10-05', '2026-10-16', '2026-10-31'],
      [{ profile: 'vn', kind: 'object', viaOthers: true }, '2026-10-05', '2026-10-21', '2026-11-05'],
      [{ profile: 'vn', kind: 'erase' }, '2026-10-05', '2026-10-21', '2026-11-10'],
      [{ profile: 'vn', kind: 'erase', viaOthers: true }, '2026-10-05', '2026-10-31', '2026-11-20'],
      [{ profile: 'ccpa', kind: 'access' }, '2026-10-15', '2026-11-15', '2026-12-30'],
      [{ profile: 'ccpa', kind: 'erase' }, '2026-10-15', '2026-11-15', '2026-12-30'],
      [{ profile: 'ccpa', kind: 'object' }, null, '2026-10-22', null],
      [{ profile: 'ccpa', kind: 'withdraw', holidays: ['2026-10-12'] }, null, '2026-10-23', null],
      [{ profile: 'lgpd', kind: 'access' }, '2026-10-01', '2026-10-16', null],
      [{ profile: 'uk', kind: 'complaint' }, '2026-11-02', '2026-11-02', '2027-01-01'],
      [{ profile: 'uk', kind: 'complaint', holidays: ['2027-01-01'] }, '2026-11-02', '2026-11-02', '2027-01-04'],
      [{ profile: 'eu', kind: 'erase', viaOthers: true }, null, '2026-11-02', '2027-01-01'],
    ];
    for (const [input, acknowledge, answer, extended] of cases) {
      const due = dueDays(asked({ received, ...input }));
      expect([input, due.acknowledge, due.answer, due.extended]).toEqual([input, acknowledge, answer, extended]);
    }
  });

  it('counts working days past weekends, also from a Friday and over the end of a year', () => {
    const acknowledgedBy = (received: string, holidays: string[] = []) =>
      dueDays(asked({ profile: 'vn', received, holidays })).acknowledge;
    expect(acknowledgedBy('2026-10-02')).toBe('2026-10-06');
    expect(acknowledgedBy('2026-10-03')).toBe('2026-10-06');
    expect(acknowledgedBy('2026-10-04')).toBe('2026-10-06');
    expect(acknowledgedBy('2026-12-31', ['2027-01-01'])).toBe('2027-01-05');
  });

  it('stands in the UK while it is asked who somebody is, and nowhere else', () => {
    const open = { asked: '2026-03-12', given: null };
    expect(dueDays(asked({ profile: 'uk', received: '2026-03-10', identity: open }))).toMatchObject({
      answer: null,
      extendBy: null,
      extended: null,
    });
    expect(answerOf({ profile: 'eu', received: '2026-03-10', identity: open })).toBe('2026-04-10');
    // Six days stood: 10 April and six.
    const given = { asked: '2026-03-12', given: '2026-03-18' };
    expect(answerOf({ profile: 'uk', received: '2026-03-10', identity: given })).toBe('2026-04-16');
    // Never later than a month from what was given.
    const long = { asked: '2026-01-05', given: '2026-02-05' };
    expect(answerOf({ profile: 'uk', received: '2026-01-05', identity: long })).toBe('2026-03-05');
  });

  it('is never before it was received, never a day off where the law moves it, and never shortened by an extension', () => {
    const holidays = ['2026-12-25', '2027-01-01', '2027-12-25', '2028-01-01', '2028-04-17'];
    for (let received = '2026-11-30'; received < '2028-04-01'; received = addDays(received, 1)) {
      for (const profile of DEADLINE_PROFILES) {
        for (const kind of REQUEST_KINDS) {
          for (const viaOthers of [false, true]) {
            const input = asked({ profile, kind, received, viaOthers, holidays });
            const due = dueDays(input);
            const extended = dueDays({ ...input, isExtended: true });
            const fits =
              due.answer !== null &&
              due.answer > received &&
              (due.acknowledge === null || (due.acknowledge >= received && due.acknowledge <= due.answer)) &&
              extended.answer !== null &&
              extended.answer >= due.answer &&
              (due.extended ?? due.answer) === extended.answer &&
              (due.extendBy === null || due.extendBy === due.answer);
            const weekday = new Date(due.answer ?? '').getUTCDay();
            const isWorked = weekday !== 0 && weekday !== 6 && !holidays.includes(due.answer ?? '');
            if (!fits || (LAWS[profile].rolls && !isWorked)) expect([input, due, extended]).toBe('as the law says');
          }
        }
      }
    }
  });

  it('never goes back as what comes later is due later', () => {
    for (const profile of DEADLINE_PROFILES) {
      let before = '';
      for (let received = '2026-11-30'; received < '2028-04-01'; received = addDays(received, 1)) {
        const due = answerOf({ profile, received }) ?? '';
        if (due < before) expect([profile, received, due]).toBe(`not before ${before}`);
        before = due;
      }
    }
  });
});

describe('which law it goes by (PR-51)', () => {
  it('is read from the jurisdiction of the notice', () => {
    const read = ['EU-IE', 'EU-[Country code]', 'GB', 'VN', 'US-CA', 'BR', 'somewhere'].map(profileOf);
    expect(read).toEqual(['eu', 'eu', 'uk', 'vn', 'ccpa', 'lgpd', 'eu']);
  });

  it('is the strictest of those that apply', () => {
    const input = { kind: 'access', received: '2026-10-01', viaOthers: false, holidays: [] } as const;
    expect(strictest(['eu', 'ccpa'], input)).toBe('eu');
    expect(strictest(['eu', 'ccpa', 'lgpd', 'vn', 'uk'], input)).toBe('vn');
    expect(strictest(['eu', 'ccpa'], { ...input, kind: 'object' })).toBe('ccpa');
    expect(strictest([], input)).toBe('eu');
  });
});

describe('days', () => {
  it('are those of the zone, UTC where none is said', () => {
    const at = Date.UTC(2026, 2, 28, 23, 30);
    expect([dayOf(at), dayOf(at, 'Europe/Dublin'), dayOf(at, 'Asia/Ho_Chi_Minh'), dayOf(at, 'America/Los_Angeles')]).toEqual([
      '2026-03-28',
      '2026-03-28',
      '2026-03-29',
      '2026-03-28',
    ]);
    expect(dayOf(at + DAY, 'Europe/Dublin')).toBe('2026-03-30');
    expect(() => dayOf(at, 'Nowhere/Land')).toThrow(RangeError);
  });

  it('are known when they are in the calendar', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true);
    expect(['2026-02-29', '2026-13-01', '26-01-01', '', '2026-1-1'].some(isDay)).toBe(false);
  });

  it('are overdue once they are over, and soon three days before', () => {
    const stands = (today: string) => urgencyOf('2026-12-10', today);
    expect([stands('2026-12-06'), stands('2026-12-07'), stands('2026-12-10'), stands('2026-12-11')]).toEqual([
      'later',
      'soon',
      'soon',
      'overdue',
    ]);
    expect(urgencyOf(null, '2026-12-11')).toBe('later');
  });
});
