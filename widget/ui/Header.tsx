import type { VNode } from 'preact';
import { say } from '../i18n.ts';
import { Icon } from './Icon.tsx';
import { DOWN, TERMS } from './icons.ts';

interface HeaderProps {
  site: { name: string; look: { initial: string } };
  /** What stands under the name, and whether somebody is there. */
  state: string;
  here: boolean;
  privacyOpen: boolean;
  onPrivacy: () => void;
  onClose: () => void;
}

/** The same in every state: who, Privacy, close. */
export function Header({ site, state, here, privacyOpen, onPrivacy, onClose }: HeaderProps): VNode {
  return (
    <header class="head">
      <span class="mark" aria-hidden="true">
        {site.look.initial}
      </span>
      <div class="who">
        <h1 tabIndex={-1} title={site.name}>
          {site.name}
        </h1>
        <p class="state">
          <span class={here ? 'dot' : 'dot away'} />
          {state}
        </p>
      </div>
      <div class="tail">
        <button type="button" class="privacy" aria-expanded={privacyOpen} onClick={onPrivacy}>
          <Icon d={TERMS} />
          {say('privacy')}
        </button>
        <button type="button" class="icon" aria-label={say('close')} onClick={onClose}>
          <Icon d={DOWN} />
        </button>
      </div>
    </header>
  );
}
