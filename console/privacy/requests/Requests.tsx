import type { RequestDetail, RequestList } from '../../../shared/requests.ts';
import { privacyHref } from '../../models/route.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Empty, Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Calendar } from './Calendar.tsx';
import { Lines } from './Lines.tsx';
import { NewForm } from './NewForm.tsx';
import { One } from './One.tsx';
import { q } from './words.ts';
import '../../styles/requests.css';

export const PAGE = 'requests';

/** Requests by right: the list, a new one, or one of them. */
export function Requests(props: DeskPageProps) {
  const { rest } = props;
  if (rest === 'new') return <Entering {...props} />;
  if (rest === 'days') return <DaysOff {...props} />;
  return rest === '' ? <All {...props} /> : <Opened key={rest} {...props} />;
}

function All({ ask, connection }: DeskPageProps) {
  const list = useAsked<RequestList>(ask, connection, 'requests/');
  const { data } = list;
  return (
    <>
      <PageHead title={q('title')} lead={q('lead')}>
        <a class="cbtn" href={privacyHref(PAGE, 'days')}>
          {q('daysOff')}
        </a>
        <a class="cbtn main" href={privacyHref(PAGE, 'new')}>
          <Icon name="plus" small />
          {q('new')}
        </a>
      </PageHead>
      {list.failure && !data ? (
        <Failed failure={list.failure} onRetry={list.again} />
      ) : !data ? (
        <p class="desk-quiet">{d('loading')}</p>
      ) : (
        <div class="rq-lists">
          {data.open.length === 0 ? (
            <Empty icon="check" title={q('empty')} text={q('emptyText')} />
          ) : (
            <Lines title={q('open')} lines={data.open} />
          )}
          {data.answered.length > 0 && <Lines title={q('answered')} lines={data.answered} />}
        </div>
      )}
    </>
  );
}

function Back() {
  return (
    <a class="rq-back" href={privacyHref(PAGE)}>
      <Icon name="back" small />
      {q('back')}
    </a>
  );
}

function Entering(props: DeskPageProps) {
  const list = useAsked<RequestList>(props.ask, props.connection, 'requests/');
  return (
    <>
      <Back />
      <PageHead title={q('new.title')} lead={q('new.lead')} />
      {list.failure && <Failed failure={list.failure} onRetry={list.again} />}
      {list.data && <NewForm ask={props.ask} list={list.data} />}
    </>
  );
}

function DaysOff(props: DeskPageProps) {
  const list = useAsked<RequestList>(props.ask, props.connection, 'requests/');
  return (
    <>
      <Back />
      <PageHead title={q('daysOff')} lead={q('calendar.lead')} />
      {list.failure && <Failed failure={list.failure} onRetry={list.again} />}
      {list.data?.sites.map((site) => (
        <Calendar key={site.key} ask={props.ask} site={site} isOnly={list.data?.sites.length === 1} />
      ))}
    </>
  );
}

function Opened({ ask, connection, rest }: DeskPageProps) {
  const one = useAsked<RequestDetail>(ask, connection, `requests/one/${rest}`);
  return (
    <>
      <Back />
      {one.failure && !one.data && <Failed failure={one.failure} onRetry={one.again} />}
      {!one.data && one.loading && <p class="desk-quiet">{d('loading')}</p>}
      {one.data && <One request={one.data} ask={ask} onChange={one.put} />}
    </>
  );
}
