import { privacyWords } from '../../shared/i18n/widget.privacy.en.ts';
import { speaker } from '../i18n.ts';

/** Speaks the words under Privacy. */
export const say = speaker(privacyWords);
