/** Where the demo shop is, as the relay wrote it into the page; null on a relay that has none. */
export function demoAddress(): string | null {
  const written = document.querySelector<HTMLMetaElement>('meta[name="parley-demo"]')?.content ?? '';
  return /^https?:/.test(written) ? written : null;
}
