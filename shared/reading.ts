/**
 * Who may read a talk after its visitor has withdrawn (PR-46). Consent is gone, so it takes another ground of GDPR Art. 6(1),
 * named before anybody agreed: a contract (b), a legal duty (c), a public task (e), or claims at law (f, with Art. 17(3)(e)).
 * Interests in general are none: nobody falls back on them when the answer is no (EDPB 05/2020, 121 to 123).
 */
export const READING_GROUNDS = ['contract', 'legal_obligation', 'public_task', 'legal_claims'] as const;
export type ReadingGround = (typeof READING_GROUNDS)[number];

/** The owner's choice: locked where nothing else was chosen. */
export type AfterWithdrawal = 'locked' | ReadingGround;

/** What agents may do with one talk: read it as ever, not at all, or on the ground that is named. */
export type Reading = 'open' | AfterWithdrawal;
