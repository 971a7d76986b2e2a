import { render } from 'preact';
import css from '../styles/receipt.css?inline';
import { addStyles } from '../ui/styles.ts';
import { ReceiptPage } from './ReceiptPage.tsx';

/** The page behind a receipt's link. What is after the # stays in the browser: it opens the receipts, in a POST. */
addStyles(css);
const app = document.getElementById('app');
const draw = (): void => {
  if (app) render(<ReceiptPage key={location.hash} token={location.hash.slice(1)} />, app);
};
addEventListener('hashchange', draw);
draw();
