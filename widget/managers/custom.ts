import { type Adapter, line } from './adapter.ts';

/**
 * The page's own banner: `data-consent` on the snippet, `Parley.setConsent(…)`, or the DOM event `parley:consent`.
 * A word counts as granted only if it is exactly that.
 */
export const custom: Adapter = ({ script, told }, decided) => {
  const take = (said: unknown): void => {
    const { functional, ref, revision } = (typeof said === 'object' && said !== null ? said : { functional: said }) as Record<
      string,
      unknown
    >;
    decided({
      functional: functional === true || functional === 'granted',
      explicit: true,
      ref: line(ref),
      revision: line(revision),
    });
  };
  const attribute = (): void => {
    const { consent } = script.dataset;
    if (consent !== undefined) take(consent);
  };
  attribute();
  new MutationObserver(attribute).observe(script, { attributeFilter: ['data-consent'] });
  told(take);
};
