import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Presence } from '../../shared/events.ts';
import { isolated } from '../format.ts';
import { t } from '../i18n.ts';
import type { Notifier } from '../models/notifier.ts';
import type { Workspace } from '../models/workspace.ts';
import { Face } from './Face.tsx';
import { Icon } from './icons.tsx';

const PRESENCES: readonly Presence[] = ['online', 'away'];
const ITEMS = '[role^="menuitem"]';

function moveFocus(menu: RefObject<HTMLDivElement | null>, key: string): boolean {
  const items = [...(menu.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const active = document.activeElement;
  const at = active instanceof HTMLElement ? items.indexOf(active) : -1;
  const next: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const to = next[key];
  if (to === undefined || items.length === 0) return false;
  items.at(to % items.length)?.focus();
  return true;
}

/** One's own face: here or away, notifications, sign out. */
export function OwnMenu({ workspace, onSignOut }: { workspace: Workspace; onSignOut(): void }) {
  const { me, notifier } = workspace;
  const presence = workspace.presence.value;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  // Before the next key can come: an Escape at once must find the focus in the menu.
  useLayoutEffect(() => {
    if (!open) return;
    menu.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
    const onPointer = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') setOpen(false);
    else if (moveFocus(menu, event.key)) event.preventDefault();
  }
  function choose(next: Presence): void {
    workspace.setPresence(next);
    close();
  }

  return (
    <div class="own" ref={box}>
      <button
        type="button"
        class={`me-face ${presence}`}
        ref={button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={t('menu.label', { name: isolated(me.name), presence: t(`presence.${presence}`) })}
        onClick={() => setOpen(!open)}
      >
        <Face id={me.id} name={me.name} />
      </button>
      {open && (
        <div class="menu" role="menu" tabIndex={-1} aria-label={me.name} ref={menu} onKeyDown={onKeyDown}>
          <p class="menu-who" role="presentation">
            <b>{me.name}</b>
            <span>{me.email}</span>
          </p>
          {PRESENCES.map((one) => (
            <button key={one} type="button" role="menuitemradio" aria-checked={presence === one} onClick={() => choose(one)}>
              <span class={one === 'away' ? 'dot away' : 'dot'} />
              <span>
                {t(`menu.${one}`)}
                <small>{t(`menu.${one}Help`)}</small>
              </span>
              {presence === one && <Icon name="check" small />}
            </button>
          ))}
          <NotifyItem notifier={notifier} />
          <button type="button" role="menuitem" class="apart" onClick={onSignOut}>
            <span />
            <span>{t('menu.signOut')}</span>
          </button>
        </div>
      )}
    </div>
  );
}

/** Switches browser notifications; the browser asks only after this click. */
function NotifyItem({ notifier }: { notifier: Notifier }) {
  const state = notifier.state.value;
  if (state === 'unsupported') return null;
  if (state === 'blocked') {
    return (
      <p class="menu-note apart" role="presentation">
        {t('menu.notifyBlocked')}
      </p>
    );
  }
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      class="apart"
      aria-checked={state === 'on'}
      onClick={() => void notifier.toggle()}
    >
      <span />
      <span>
        {t('menu.notify')}
        <small>{t('menu.notifyHelp')}</small>
      </span>
      {state === 'on' && <Icon name="check" small />}
    </button>
  );
}
