import type { Abilities } from '../abilities.ts';
import { init } from './0001-init.ts';
import { rights } from './0002-rights.ts';
import { releases } from './0003-releases.ts';
import { busyConversations } from './0004-busy-conversations.ts';
import { treeHeads } from './0005-tree-heads.ts';
import { receiptLinks } from './0006-receipt-links.ts';
import { consentDue } from './0007-consent-due.ts';
import { noticeDrafts } from './0008-notice-drafts.ts';
import { erasures } from './0009-erasures.ts';
import { privacyDesk } from './0010-privacy-desk.ts';
import { auditChain } from './0011-audit-chain.ts';
import { retention } from './0012-retention.ts';
import { requests } from './0013-requests.ts';
import { recipients } from './0014-recipients.ts';
import { recovery } from './0015-recovery.ts';
import { breaches } from './0016-breaches.ts';
import { messageErasures } from './0017-message-erasures.ts';
import { erasedSubjects } from './0018-erased-subjects.ts';
import { begunUnder } from './0019-begun-under.ts';
import { auditByAction } from './0020-audit-by-action.ts';

export interface Migration {
  version: number;
  name: string;
  statements(abilities: Abilities): string[];
}

/** In order, forward only. What was released is never edited: the next change is the next entry. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'init', statements: init },
  { version: 2, name: 'rights', statements: rights },
  { version: 3, name: 'releases', statements: releases },
  { version: 4, name: 'busy conversations', statements: busyConversations },
  { version: 5, name: 'tree heads', statements: treeHeads },
  { version: 6, name: 'receipt links', statements: receiptLinks },
  { version: 7, name: 'consent due', statements: consentDue },
  { version: 8, name: 'notice drafts', statements: noticeDrafts },
  { version: 9, name: 'erasures', statements: erasures },
  { version: 10, name: 'privacy desk', statements: privacyDesk },
  { version: 11, name: 'audit chain', statements: auditChain },
  { version: 12, name: 'retention', statements: retention },
  { version: 13, name: 'requests', statements: requests },
  { version: 14, name: 'recipients', statements: recipients },
  { version: 15, name: 'recovery', statements: recovery },
  { version: 16, name: 'breaches', statements: breaches },
  { version: 17, name: 'message erasures', statements: messageErasures },
  { version: 18, name: 'erased subjects', statements: erasedSubjects },
  { version: 19, name: 'begun under', statements: begunUnder },
  { version: 20, name: 'audit by action', statements: auditByAction },
];
