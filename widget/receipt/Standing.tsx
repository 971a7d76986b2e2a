import type { VNode } from 'preact';
import type { EventState } from '../../shared/consent.ts';
import { AGREED, REFUSED } from '../privacy/icons.ts';
import { Icon } from '../ui/Icon.tsx';
import { say, when } from './words.ts';

interface StandingProps {
  consents: { purpose: string; state: EventState; at: number }[];
  nameOf: (purpose: string) => string;
}

export const isAgreed = (state: EventState): boolean => state === 'ConsentGiven' || state === 'RenewedConsentGiven';

/** How each purpose stands. */
export function Standing({ consents, nameOf }: StandingProps): VNode {
  return (
    <ul class="paper">
      {consents.map(({ purpose, state, at }) => (
        <li key={purpose}>
          <span class={isAgreed(state) ? 'yes' : ''}>
            <Icon d={isAgreed(state) ? AGREED : REFUSED} />
          </span>
          <span>
            <b>{nameOf(purpose)}</b>
            <span class="under">{`${say(`state.${state}`)}, ${when(at)}`}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
