/** Gives a value as a file of JSON, as a press of a download link would. */
export function saveJson(name: string, value: unknown): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }));
  link.download = name;
  link.click();
  // The browser may take a moment to begin with it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
