import type { VNode } from 'preact';
import type { WishProps } from './wish-props.ts';
import { say } from './wishes-words.ts';

/** Recipients, what each was told, and whether they confirmed it (GDPR Art. 19). */
export function Told({ standing, when }: WishProps): VNode | null {
  const told = standing.told.flatMap(({ event, ...one }) => (event === 'webhook.test' ? [] : [{ ...one, event }]));
  if (told.length === 0) return null;
  return (
    <div class="wish">
      <b>{say('told')}</b>
      <ul>
        {told.map(({ event, at, recipient, confirmedAt }) => (
          <li key={`${event} ${at} ${recipient}`}>
            {say(`told.${event}`)}
            <p class="under">
              {say('toldAt', { recipient, time: when(at) })}{' '}
              {confirmedAt === null ? say('notConfirmed') : say('confirmed', { time: when(confirmedAt) })}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
