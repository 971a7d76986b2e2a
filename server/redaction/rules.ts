import { SECOND } from '../../shared/limits.ts';
import { DEFAULT_RULES, type RedactionRules } from '../../shared/redaction/redaction.ts';
import { Refusal } from '../errors.ts';
import type { SiteRow, SiteSettings } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** What a site wants taken out before anything is stored; where its owner has said nothing, what is private by default. */
export function rulesOf({ redaction }: SiteSettings): RedactionRules {
  return redaction ?? DEFAULT_RULES;
}

/** How long a change by another relay or a command may go unnoticed here. */
const HOLDS = SECOND;

/** Each site's rules, so that no message waits for a look at the settings. A change made here holds at once. */
export class RulesInForce {
  readonly #store: Pick<Store, 'read'>;
  readonly #known = new Map<string, { rules: RedactionRules; until: number }>();

  constructor(store: Pick<Store, 'read'>) {
    this.#store = store;
  }

  /** @throws Refusal `not_found` where there is no such site. */
  async of(siteId: string): Promise<RedactionRules> {
    const now = performance.now();
    const known = this.#known.get(siteId);
    if (known && now < known.until) return known.rules;
    const site = await this.#store.read.siteById(siteId);
    if (!site) throw new Refusal('not_found');
    return this.put(site, now);
  }

  put({ id, settings }: Pick<SiteRow, 'id' | 'settings'>, now = performance.now()): RedactionRules {
    const rules = rulesOf(settings);
    this.#known.set(id, { rules, until: now + HOLDS });
    return rules;
  }
}
