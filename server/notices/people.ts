import type { NoticePeople } from '../../shared/api.ts';
import type { NoticeDoc } from '../../shared/notice.ts';

/** Who answers under a notice, who watches over it, and where to complain. */
export function peopleOf({ controller, authority, facts }: NoticeDoc): NoticePeople {
  const { name, address, contact } = controller;
  return {
    controller: { name, address, contact },
    officer: facts?.dpo ?? null,
    authority: { name: authority, contact: facts?.authorityContact || null },
  };
}
