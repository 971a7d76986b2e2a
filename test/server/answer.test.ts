import { describe, expect, it } from 'vitest';
import { answerLetter, interimLetter, type LetterFacts } from '../../server/requests/answer.ts';
import { DEADLINE_PROFILES, REQUEST_KINDS } from '../../shared/deadlines.ts';
import { GROUNDS, OUTCOMES } from '../../shared/request-codes.ts';

const request = { number: 'R-7K4M-2QXD', kind: 'erase', profile: 'eu', erasureId: 'e-1', extensionReason: 'many' } as const;
const facts: LetterFacts = {
  controller: { name: 'Northwind Books Ltd', address: '14 Quay Street, Galway, Ireland', contact: 'privacy@northwind.example' },
  authority: 'Data Protection Commission, Dublin',
  received: '10 March 2026',
  due: '10 April 2026',
  name: null,
  purposes: [],
  rows: 14,
  left: ['The certificate. It stays.', 'Copies against loss. Until 14 April 2026 at the latest.'],
};

describe('the answer to send (PR-51)', () => {
  it('is whole for each kind, law and outcome: what, by whom, when, and to whom to complain; no gap is left unnamed', () => {
    for (const kind of REQUEST_KINDS) {
      for (const profile of DEADLINE_PROFILES) {
        for (const outcome of OUTCOMES) {
          const isLess = outcome === 'partly' || outcome === 'refused';
          for (const ground of isLess ? GROUNDS : [null]) {
            const text = answerLetter({ ...request, kind, profile }, facts, outcome, ground);
            expect([kind, profile, outcome, ground, /[{}]|undefined|\n\n\n/.test(text)]).toEqual([
              kind,
              profile,
              outcome,
              ground,
              false,
            ]);
            for (const part of [
              'R-7K4M-2QXD',
              'Northwind Books Ltd',
              '10 March 2026',
              'you can complain to Data Protection Commission',
            ])
              expect(text).toContain(part);
          }
        }
      }
    }
  });

  it('names the article where the law that applies has it, and no article of another law', () => {
    const refused = (profile: 'eu' | 'uk' | 'vn') => answerLetter({ ...request, profile }, facts, 'refused', 'legal_claims');
    expect(refused('eu')).toContain('to defend legal claims (Art. 17(3)(e) GDPR).');
    expect(refused('uk')).toContain('to defend legal claims (Art. 17(3)(e) UK GDPR).');
    expect(refused('vn')).toContain('to defend legal claims.\n');
  });

  it('[PR-52] tells one who cannot be identified so, and how they can be, without a document', () => {
    const text = answerLetter(request, facts, 'not_identified', null);
    expect(text).toContain('can neither confirm that there is data about you nor do what you asked (Art. 11(2) GDPR).');
    expect(text).toContain('No identity document is needed; send none.');
  });

  it('says of an erasure what went, what stays, and by which certificate', () => {
    const text = answerLetter(request, facts, 'done', null);
    expect(text).toContain('14 rows went. Certificate e-1');
    expect(text).toContain('This is left, with why and until when:\n\n- The certificate. It stays.\n- Copies');
    expect(text).toContain('Hello,\n');
    expect(answerLetter(request, { ...facts, name: 'Aoife' }, 'done', null)).toContain('Hello Aoife,\n');
  });

  it('has letters before it: that it came, who it is, that it takes longer', () => {
    expect(interimLetter(request, facts, 'acknowledgement')).toContain('an answer by 10 April 2026.');
    expect(interimLetter(request, { ...facts, due: null }, 'acknowledgement')).toContain(
      'as soon as it is known which chat is yours',
    );
    expect(interimLetter(request, facts, 'identity')).toContain('send two of these');
    expect(interimLetter(request, facts, 'extension')).toContain(
      'because you asked for several things at once. You will have the answer by',
    );
  });
});
