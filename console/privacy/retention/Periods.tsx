import type { PeriodInForce, RetentionDesk } from '../../../shared/retention.ts';
import { languageName } from '../../format.ts';
import { periodWords } from '../../kept/words.ts';
import { noticeHref } from '../../models/route.ts';
import { dayCount, kindWords, w } from './words.ts';

/** How long each kind is kept, where that is said, and from when it counts. */
export function Periods({ desk }: { desk: RetentionDesk }) {
  return (
    <section class="keep-part" aria-labelledby="keep-periods">
      <h3 id="keep-periods">{w('periods')}</h3>
      {desk.sites.map(({ key, name, notices }) =>
        notices.length === 0 ? (
          <p key={key} class="quiet">
            {w('periods.none', { site: name })}
          </p>
        ) : (
          notices.map(({ locale, version, periods }) => (
            <div key={`${key}/${locale}`} class="keep-notice">
              <h4>
                {w('periods.of', { site: name, version, language: languageName(locale) })}{' '}
                <a href={noticeHref({ site: key, locale })}>{w('periods.change')}</a>
              </h4>
              <PeriodTable periods={periods} />
            </div>
          ))
        ),
      )}
      <p class="quiet">{w('periods.byNotice')}</p>
      <h4>{w('own.title')}</h4>
      <dl class="keep-own">
        {desk.own.map(({ what, period }) => (
          <div key={what}>
            <dt>{kindWords(what)}</dt>
            <dd>
              {w('days', { count: dayCount(period) })} <span class="quiet">{w('from.own')}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function PeriodTable({ periods }: { periods: PeriodInForce[] }) {
  return (
    <table class="keep-table">
      <thead>
        <tr>
          <th scope="col">{w('periods.kind')}</th>
          <th scope="col">{w('periods.long')}</th>
          <th scope="col">{w('periods.from')}</th>
          <th scope="col">{w('periods.for')}</th>
        </tr>
      </thead>
      <tbody>
        {periods.map(({ what, period, purpose }) => (
          <tr key={`${what} ${purpose ?? ''}`}>
            <th scope="row">{kindWords(what)}</th>
            <td class="keep-long">{periodWords(period)}</td>
            <td>{w(`from.${what}`)}</td>
            <td>{purpose ?? w(what === 'access' ? 'byLaw' : 'proof')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
