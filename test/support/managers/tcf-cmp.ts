import { CmpApi } from '@iabtcf/cmpapi';
import { GVL, TCModel, TCString } from '@iabtcf/core';

/** A CMP of the IAB's framework, by its own library, for a fixture page: bundled and served as one script. */
const gvl = new GVL({
  gvlSpecificationVersion: 3,
  vendorListVersion: 1,
  tcfPolicyVersion: 5,
  lastUpdated: '2026-01-01T00:00:00Z',
  purposes: { 1: { id: 1, name: 'Store', description: 'Store', illustrations: [] } },
  specialPurposes: {},
  features: {},
  specialFeatures: {},
  vendors: {},
  stacks: {},
  dataCategories: {},
} as never);

const CMP_ID = 42;
const CMP_VERSION = 3;
const api = new CmpApi(CMP_ID, CMP_VERSION, true);

function encoded(storage: boolean): string {
  const model = new TCModel(gvl);
  Object.assign(model, {
    cmpId: CMP_ID,
    cmpVersion: CMP_VERSION,
    consentScreen: 1,
    consentLanguage: 'EN',
    publisherCountryCode: 'IE',
  });
  if (storage) model.purposeConsents.set(1);
  return TCString.encode(model);
}

/** `null` shows the dialog and decides nothing; `'elsewhere'` says that the regulation does not apply. */
Object.assign(window, {
  decideTcf(storage: boolean | null | 'elsewhere'): void {
    if (storage === 'elsewhere') api.update(null);
    else if (storage === null) api.update(encoded(true), true);
    else {
      // As a CMP does it: the dialog, then its end, which is a person's act.
      api.update(encoded(storage), true);
      api.update(encoded(storage), false);
    }
  },
  returnTcf(storage: boolean): void {
    api.update(encoded(storage), false);
  },
});
