import type { NoticeDoc, NoticePurpose } from '../../shared/notice.ts';

/**
 * The purposes under the numbers that they are published with. What a purpose rests on, takes, keeps and gives away is
 * part of what was agreed: where any of it is another than when it was last published, the purpose is another, and counts
 * on (PR-01). One that was left out for a while goes on from there. `published` is the newest first.
 */
export function withPurposeVersions(doc: NoticeDoc, published: readonly NoticeDoc[]): NoticeDoc {
  const known = published.flatMap(({ purposes }) => purposes);
  const purposes = doc.purposes.map((purpose): NoticePurpose => {
    const before = known.find(({ id }) => id === purpose.id);
    if (!before) return { ...purpose, version: 1 };
    return { ...purpose, version: before.version + Number(!isSame({ ...purpose, version: before.version }, before)) };
  });
  return { ...doc, purposes };
}

function isSame(one: NoticePurpose, other: NoticePurpose): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof NoticePurpose>;
  return [...keys].every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}
