import type { LoaderConfig } from '../../shared/api.ts';

/** What the loader hands to the host code: the launcher as it stands in the page. */
export interface Launch {
  config: LoaderConfig;
  /** The snippet, whose attributes may name a consent manager. */
  script: HTMLScriptElement | null;
  /** Hears what the page says of consent, the last word from before included. */
  told(heard: (said: unknown) => void): void;
  root: ShadowRoot;
  button: HTMLElement;
  /** Makes an element at the end of `parent`, with an accessible name and a text. */
  make(parent: Node, tag: string, name?: string, text?: string): HTMLElement;
  /** Takes the deadline of an opening and the card beside the launcher away. */
  settle(): void;
  /** Says something beside the launcher, with one button. */
  say(role: string, title: string, text: string, drawn: string, label: string, act: () => void): void;
  /** Puts a new launcher into the page. */
  build(): void;
}

/** The host code, imported after the click. Every entry may be called at any time, repeatedly. */
export interface HostModule {
  open(launch: Launch): void;
  close(launch: Launch): void;
  openPrivacy(launch: Launch): void;
  /** Brings the frame in without showing it: a conversation was kept. */
  resume(launch: Launch): void;
  /** The opening was not answered in time: lets go of the frame, so that the next one is new. */
  abandon(launch: Launch): void;
}
