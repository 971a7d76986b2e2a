import { type Adapter, globalOf, line, whenThere } from './adapter.ts';

interface OneTrust {
  IsAlertBoxClosed?(): boolean;
  GetDomainData?(): { ConsentModel?: { Name?: string } } | undefined;
  getDataSubjectId?(): string;
  OnConsentChanged?(heard: () => void): void;
}

/**
 * Its groups are told at every load of the script, with those that are always on or on by default: they count once the
 * visitor has answered the banner, and only where the site's model is to opt in.
 */
export const oneTrust: Adapter = ({ map = 'C0003' }, decided) => {
  const take = (): void => {
    const manager = globalOf<OneTrust>('OneTrust');
    const groups = globalOf<string>('OnetrustActiveGroups');
    if (!manager || typeof groups !== 'string' || manager.IsAlertBoxClosed?.() !== true) return;
    const model = manager.GetDomainData?.()?.ConsentModel?.Name;
    decided({
      functional: groups.split(',').includes(map),
      explicit: model?.toLowerCase() === 'opt-in',
      ref: line(manager.getDataSubjectId?.()),
      revision: null,
    });
  };
  for (const type of ['OneTrustGroupsUpdated', 'OTConsentApplied']) addEventListener(type, take);
  whenThere(
    () => globalOf<OneTrust>('OneTrust'),
    (manager) => {
      take();
      manager.OnConsentChanged?.(take);
    },
  );
};
