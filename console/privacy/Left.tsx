import { survivorInWords } from '../../shared/i18n/survivors.en.ts';
import type { Survivor } from '../../shared/survivors.ts';
import { recordDay } from '../format.ts';
import { d } from './words.ts';

/** What an erasure leaves: each with why, and until when (PR-58). */
export function Left({ survivors }: { survivors: readonly Survivor[] }) {
  return (
    <div class="desk-left">
      <b>{d('left')}</b>
      <ul>
        {survivors.map((one) => {
          const { what, why } = survivorInWords(one, recordDay);
          return (
            <li key={one.what} data-left={one.what}>
              {what} <span class="quiet">{why}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
