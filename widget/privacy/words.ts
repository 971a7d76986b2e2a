import { privacyWords } from '../../shared/i18n/widget.privacy.en.ts';
import type { Refusal } from '../http.ts';
import { speaker } from '../i18n.ts';
import { refusalWords, type Wish } from '../rights/words.ts';

/** Speaks the words under Privacy. */
export const say = speaker(privacyWords);

/** Why what was asked for is not done. */
export const whyNot = (refusal: Refusal, wish?: Wish): string => refusalWords(refusal, say('noSession'), wish);
