import { wishesWords } from '../../shared/i18n/widget.wishes.en.ts';
import { speaker } from '../i18n.ts';

/** Speaks what is said of a pause, an objection and a request. */
export const say = speaker(wishesWords);
