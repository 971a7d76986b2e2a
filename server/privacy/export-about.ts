import type { VisitorExport } from '../../shared/export.ts';
import { exportWords } from '../../shared/i18n/export.en.ts';
import { asShown } from '../receipts/receipt.ts';
import type { NoticeRow } from '../store/rows.ts';

export const noticeFile = (hash: string): string => `notices/${hash}.html`;

/** What a notice says of the processing: GDPR Art. 15(1)(a) to (h) and 15(2). */
export function aboutOf({ hash, version, locale, doc, publishedAt }: NoticeRow): VisitorExport['about'][number] {
  const { facts } = doc;
  return {
    notice: { hash, version, locale, published: new Date(publishedAt).toISOString(), file: noticeFile(hash) },
    controller: {
      ...doc.controller,
      representative: facts?.representative ?? null,
      data_protection_officer: facts?.dpo ?? null,
    },
    jurisdiction: doc.jurisdiction,
    purposes: doc.purposes.map(({ id, legalBasis, dataTypes, special, retention, recipients, storageLocations }) => {
      const words = doc.words.purposes[id];
      return {
        id,
        name: words?.name ?? id,
        text: words ? asShown(words) : id,
        legal_basis: legalBasis,
        data: dataTypes,
        special: special ?? false,
        retention,
        recipients,
        storage: storageLocations,
      };
    }),
    recipients: facts?.recipients ?? null,
    retention: { proof: doc.periods.proof, address: doc.periods.ip, cookie: doc.periods.cookie },
    rights: facts?.rights ?? null,
    authority: doc.authority,
    source: exportWords.sourceIs,
    automated_decision: facts?.automated ?? null,
    safeguards: facts?.transfers ?? null,
    document: doc,
  };
}

/** True where what the visitor gave under a notice is processed on consent or a contract (Art. 20(1)(a)). */
export function isPortable({ doc }: NoticeRow): boolean {
  const basis = (doc.purposes.find(({ required }) => required) ?? doc.purposes[0])?.legalBasis;
  return basis === 'consent' || basis === 'contract';
}
