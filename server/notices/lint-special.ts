import { type Check, type Found, fullTextOf } from './findings.ts';
import { LAYERS, says } from './layers.ts';

/** Special categories are not asked for; or apart, with a box that says so explicitly (PR-18, GDPR Art. 9(2)(a)). */
export const specialCategories: Check = (doc) => {
  const layer = LAYERS[doc.locale];
  if (!layer) return [];
  const found: Found[] = [];
  const find = (key: Found['key'], where: string): void => {
    found.push({ rule: 'PR-18', key, where });
  };
  for (const { id, special, legalBasis, required, asked, dataTypes } of doc.purposes) {
    const named = dataTypes.filter((type) => says(layer, 'special', type));
    if (!special) {
      for (const type of named) find('special.unmarked', `${id}: ${type}`);
      continue;
    }
    const { label = '', note = '' } = doc.words.purposes[id] ?? {};
    if (legalBasis !== 'consent' || required || asked !== 'form') find('special.box', id);
    if (!says(layer, 'explicit', label)) find('special.label', id);
    if (doc.jurisdiction === 'VN' && !says(layer, 'sensitive', `${label} ${note}`)) find('special.sensitive', id);
  }
  if (!doc.purposes.some(({ special }) => special) && !says(layer, 'leaveOut', doc.words.form.questionHint))
    find('special.hint', '');
  if (doc.jurisdiction === 'VN' && !says(layer, 'sensitive', fullTextOf(doc))) find('law.sensitive', '');
  return found;
};
