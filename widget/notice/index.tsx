import { render } from 'preact';
import type { FrameBoot } from '../../shared/api.ts';
import { openHostPort } from '../bridge.ts';
import css from '../styles/frame.css?inline';
import { addStyles } from '../ui/styles.ts';
import { applyLook } from '../ui/theme.ts';
import { App } from './App.tsx';
import type { Frame } from './frame.ts';

addStyles(css);

/** Stage 1: what the frame shows from the launcher's click to Start, and the door to stage 2. */
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as FrameBoot;
const frame: Frame = {
  boot,
  host: openHostPort(parent, location.ancestorOrigins?.[0]),
  shown: { open: false, phone: false },
  show: () => {},
};
frame.host.listen((message) => {
  if (message.type === 'shown') frame.shown = message;
});
applyLook(boot.site.look);
const app = document.getElementById('app');
if (app) render(<App frame={frame} />, app);
