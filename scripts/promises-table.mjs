/** docs/promises.md, from the list of promises. @param {import('./mutations.mjs').Mutation[]} mutations */
export function promisesTable(mutations) {
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = mutations.map(
    ({ promise, kept, file, test, name }) => `| ${cell(promise)} | ${cell(kept)} (\`${file}\`) | \`${test}\`: ${cell(name)} |`,
  );
  return `# Promises

What Parley promises, how it is kept, and which test goes red when that is taken away. \`npm run mutate\` takes each away in
a copy of the tree and sees the test fail; the list with the exact changes is \`scripts/mutations.mjs\`, and this page is
made from it (\`npm run mutate -- --table\`).

| Promise | How it is kept, and where the mutation breaks it | The test that goes red |
| --- | --- | --- |
${rows.join('\n')}
`;
}
