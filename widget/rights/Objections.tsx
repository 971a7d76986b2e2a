import type { VNode } from 'preact';
import type { Standing } from '../../shared/restriction.ts';
import type { WishProps } from './wish-props.ts';
import { say } from './wishes-words.ts';

interface ObjectionsProps extends WishProps {
  onObject: (purpose: string) => void;
}

type Made = Standing['objections'][number];

/** Each purpose that rests on an interest, with how an objection to it stands (GDPR Art. 21); nothing where none does. */
export function Objections({ standing: { objectable, objections }, site, when, busy, onObject }: ObjectionsProps): VNode {
  // One that was overruled stands beside the offer to object again.
  const last = new Map(objections.map((one) => [one.purpose, one]));
  const open = objectable.filter(({ purpose }) => !last.has(purpose));
  const button = (purpose: string): VNode => (
    <button type="button" class="btn" aria-disabled={busy === purpose || undefined} onClick={() => onObject(purpose)}>
      {say(busy === purpose ? 'objecting' : 'objectDo')}
    </button>
  );
  return (
    <>
      {[...last.values()].map((one) => (
        <div class="wish" key={one.purpose} aria-live="polite">
          <b tabIndex={-1} data-wish={one.purpose}>
            {say('objection', { name: one.name })}
          </b>
          <p class="under">{how(one, site, when)}</p>
          {one.answer && <blockquote>{one.answer}</blockquote>}
          {objectable.some(({ purpose }) => purpose === one.purpose) && button(one.purpose)}
        </div>
      ))}
      {open.map(({ purpose, name }) => (
        <div class="wish" key={purpose}>
          <b tabIndex={-1} data-wish={purpose}>
            {say('object', { name })}
          </b>
          <p class="under">{say('objectText', { site })}</p>
          {button(purpose)}
        </div>
      ))}
    </>
  );
}

function how({ state, reason, at, decidedAt }: Made, site: string, when: WishProps['when']): string {
  const time = when(decidedAt ?? at);
  return state === 'overruled'
    ? say(`objection.${reason ?? 'compelling_grounds'}`, { time, site })
    : say(`objection.${state}`, { time });
}
