import { type ReadonlySignal, signal } from '@preact/signals';
import { isolated, plainName } from '../format.ts';
import { t } from '../i18n.ts';

export type NotifyState = 'off' | 'on' | 'blocked' | 'unsupported';

/** Browser notifications: a name, never the text, and only after somebody switched them on. */
export interface Notifier {
  readonly state: ReadonlySignal<NotifyState>;
  /** Asks the browser where it must; called from a click only. */
  toggle(): Promise<void>;
  show(conversationId: string, name: string | null): void;
}

function firstState(): NotifyState {
  if (!('Notification' in globalThis)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  // Granted means that the agent has switched it on here before.
  return Notification.permission === 'granted' ? 'on' : 'off';
}

export function createNotifier(onOpen: (conversationId: string) => void): Notifier {
  const state = signal<NotifyState>(firstState());
  return {
    state,
    async toggle() {
      if (state.value === 'unsupported') return;
      if (state.value === 'on') {
        state.value = 'off';
        return;
      }
      const answer = await Notification.requestPermission();
      state.value = answer === 'granted' ? 'on' : answer === 'denied' ? 'blocked' : 'off';
    },
    show(conversationId, name) {
      if (state.value !== 'on') return;
      try {
        const title = name === null ? t('notify.nobody') : t('notify.title', { name: isolated(plainName(name)) });
        // One per conversation: the tag lets a newer one take its place.
        const notification = new Notification(title, { tag: conversationId });
        notification.onclick = () => {
          window.focus();
          onOpen(conversationId);
          notification.close();
        };
      } catch {
        // Some phones have the constructor and refuse it; the title and the icon still tell.
        state.value = 'unsupported';
      }
    },
  };
}
