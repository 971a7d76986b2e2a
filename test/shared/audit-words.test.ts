import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../shared/audit.ts';
import { auditEn } from '../../shared/i18n/desk/audit.en.ts';

describe('the words of the audit', () => {
  it('are there for every act (PR-82)', () => {
    expect(AUDIT_ACTIONS.filter((action) => !Object.hasOwn(auditEn, `action.${action}`))).toEqual([]);
  });
});
