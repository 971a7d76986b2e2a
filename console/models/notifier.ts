import { type ReadonlySignal, signal } from '@preact/signals';
import { isolated, plainName } from '../format.ts';
import { t } from '../i18n.ts';
import type { KeptPreferences } from './preferences.ts';

export type NotifyState = 'off' | 'on' | 'blocked' | 'unsupported';

/** Browser notifications: a name, never the text, and only after somebody switched them on. */
export interface Notifier {
  readonly state: ReadonlySignal<NotifyState>;
  /** Asks the browser where it must; called from a click only. */
  toggle(): Promise<void>;
  show(conversationId: string, name: string | null): void;
  /** Takes away every name but of those: what is gone is named no more. */
  closeAllBut(isThere: (conversationId: string) => boolean): void;
}

function stateNow(wanted: boolean): NotifyState {
  if (!('Notification' in globalThis)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return wanted && Notification.permission === 'granted' ? 'on' : 'off';
}

export function createNotifier(onOpen: (conversationId: string) => void, preferences: KeptPreferences): Notifier {
  const state = signal<NotifyState>(stateNow(preferences.get().notify));
  const shown = new Map<string, Notification>();
  return {
    state,
    async toggle() {
      if (state.value === 'unsupported') return;
      const wanted = state.value !== 'on';
      if (wanted) await Notification.requestPermission();
      preferences.set({ notify: wanted });
      state.value = stateNow(wanted);
    },
    show(conversationId, name) {
      // Another window of this agent may have switched it.
      if (state.value !== 'unsupported') state.value = stateNow(preferences.get().notify);
      if (state.value !== 'on') return;
      try {
        const title = name === null ? t('notify.nobody') : t('notify.title', { name: isolated(plainName(name)) });
        // One per conversation: the tag lets a newer one take its place.
        const notification = new Notification(title, { tag: conversationId });
        shown.set(conversationId, notification);
        notification.onclick = () => {
          window.focus();
          onOpen(conversationId);
          notification.close();
        };
        // One whose place was taken is closed as well.
        notification.onclose = () => {
          if (shown.get(conversationId) === notification) shown.delete(conversationId);
        };
      } catch {
        // Some phones have the constructor and refuse it; the title and the icon still tell.
        state.value = 'unsupported';
      }
    },
    closeAllBut(isThere) {
      for (const [id, notification] of shown) {
        if (isThere(id)) continue;
        shown.delete(id);
        notification.close();
      }
    },
  };
}
