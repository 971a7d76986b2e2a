import type { Launch } from '../loader/launch.ts';
import { createPanel, type Panel } from './frame.ts';

/** After the click, on the host's page: one panel for the launcher as it now stands. */
let panel: Panel | undefined;
let owner: ShadowRoot | undefined;

function panelOf(launch: Launch): Panel {
  if (!panel || owner !== launch.root) {
    panel?.remove();
    owner = launch.root;
    panel = createPanel(launch, (running) => {
      panel = undefined;
      // The frame went with the launcher, and a chat that nothing keeps has ended: say so, once.
      if (!running) return;
      launch.build();
      launch.say('status', '', launch.config.words.ended, '×', launch.config.words.closeCard, launch.settle);
    });
  }
  return panel;
}

export function open(launch: Launch): void {
  panelOf(launch).show(false);
}

export function openPrivacy(launch: Launch): void {
  panelOf(launch).show(true);
}

export function resume(launch: Launch): void {
  panelOf(launch);
}

export function close(_launch: Launch): void {
  panel?.hide();
}

export function abandon(_launch: Launch): void {
  panel?.remove();
  panel = undefined;
}
