/** What the widget says around the notice in full; its text is the notice's own. */
export const fullWords = {
  notice: 'Notice {version}',
  print: 'Print',
} as const;
