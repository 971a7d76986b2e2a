import type { VNode } from 'preact';
import { survivorInWords } from '../../shared/i18n/survivors.en.ts';
import type { Survivor } from '../../shared/survivors.ts';
import { say } from './words.ts';

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' });
const day = (at: number): string => days.format(at);

/** What an erasure leaves: each with why, and until when (PR-58). */
export function Left({ survivors }: { survivors: readonly Survivor[] }): VNode {
  return (
    <div class="left">
      <b>{say('left')}</b>
      <ul>
        {survivors.map((one) => {
          const { what, why } = survivorInWords(one, day);
          return (
            <li key={one.what} data-left={one.what}>
              {what} <span class="under">{why}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
