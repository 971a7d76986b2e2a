import { render } from 'preact';
import type { ShownBoot } from '../../shared/api.ts';
import { applyLook } from '../ui/theme.ts';
import { PanelScreen } from './PanelScreen.tsx';
import { QuestionScreen } from './QuestionScreen.tsx';
import { ReceiptScreen } from './ReceiptScreen.tsx';

/**
 * A screen of the past, drawn by the very components of its release: what an act after the form was done on (PR-35). It
 * is kept with each release, and nobody needs it to chat. The page that it stands in can do nothing.
 */
const SCREENS = { question: QuestionScreen, panel: PanelScreen, receipt: ReceiptScreen };

const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as ShownBoot;
applyLook(boot.site.look);
const app = document.getElementById('app');
const Screen = SCREENS[boot.screen];
if (app) render(<Screen boot={boot} />, app);
