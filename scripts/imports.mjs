/** Reads the imports of a source file, without a parser: the tree's formatter keeps them in one shape. */

/**
 * The text with comments blanked out, line breaks kept. Strings and templates are respected.
 * @param {string} source
 */
export function withoutComments(source) {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return source.replace(token, (text) => (text.startsWith('/') ? text.replace(/[^\n]/g, ' ') : text));
}

/**
 * The text with what stands in quotes blanked out, for a search that means code. Comments are to be gone already.
 * @param {string} source
 */
export function withoutStrings(source) {
  const quoted = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
  return source.replace(quoted, (text) => text[0] + ' '.repeat(text.length - 2) + text[0]);
}

/**
 * @typedef {object} Import
 * @property {string} from what is named, as it is written
 * @property {boolean} typeOnly gone once the types are stripped
 * @property {boolean} dynamic `import(…)`
 * @property {number} line
 */

/** @param {string} source @returns {Import[]} */
export function importsOf(source) {
  const text = withoutComments(source);
  const found = [];
  const declaration =
    /(?:^|[\n;])[ \t]*(import|export)(\s+type)?(?:\s*['"]|\s[^'";()=]*?from\s*['"]|\s*\{[^'";()]*?\}\s*from\s*['"])([^'"\n]+)['"]/g;
  for (const match of text.matchAll(declaration)) {
    found.push({ from: match[3] ?? '', typeOnly: match[2] !== undefined, dynamic: false, at: match.index + match[0].length });
  }
  for (const match of text.matchAll(/\b(import|require)\s*\(\s*['"`]([^'"`\n]+)['"`]/g)) {
    // `import('x').Name` in a type position is a type; at run time somebody awaits it or hands it on.
    const typeOnly = match[1] === 'import' && /[:<|&]\s*(typeof\s+)?$/.test(text.slice(0, match.index));
    found.push({ from: match[2] ?? '', typeOnly, dynamic: true, at: match.index + match[0].length });
  }
  return found.map(({ at, ...one }) => ({ ...one, line: text.slice(0, at).split('\n').length })).sort((a, b) => a.line - b.line);
}
