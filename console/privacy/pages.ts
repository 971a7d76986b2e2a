import type { FunctionComponent } from 'preact';
import type { Me } from '../../shared/api.ts';
import type { deskEn } from '../../shared/i18n/desk/desk.en.ts';
import type { Ask } from '../api.ts';
import type { Connection } from '../connection.ts';
import { After } from './after/After.tsx';
import { Audit } from './audit/Audit.tsx';
import { Erasure } from './erasure/Erasure.tsx';
import { IpAddress } from './ip/IpAddress.tsx';
import { Breaches } from './papers/Breaches.tsx';
import { Papers } from './papers/Papers.tsx';
import { Recipients } from './recipients/Recipients.tsx';
import { Redaction } from './redaction/Redaction.tsx';
import { Register } from './register/Register.tsx';
import { RequestMark } from './requests/Mark.tsx';
import { Requests } from './requests/Requests.tsx';
import { Restricted } from './restricted/Restricted.tsx';
import { Retention } from './retention/Retention.tsx';

/** What every page of the desk is given. */
export interface DeskPageProps {
  ask: Ask;
  me: Me;
  connection: Connection;
  /** The rest of the address, for a page within the page; empty for none. */
  rest: string;
}

interface DeskPage {
  /** In the address: `#privacy/ID`. */
  id: string;
  title: keyof typeof deskEn & `page.${string}`;
  Page: FunctionComponent<DeskPageProps>;
  /** What stands beside its name in the list, where there is something to say; `at` is where one is. */
  Mark?: FunctionComponent<Pick<DeskPageProps, 'ask' | 'connection'> & { at: string }>;
}

/** In the order in which the desk lists them; the first is where one arrives. */
export const PAGES: readonly [DeskPage, ...DeskPage[]] = [
  { id: 'register', title: 'page.register', Page: Register },
  { id: 'requests', title: 'page.requests', Page: Requests, Mark: RequestMark },
  { id: 'erasure', title: 'page.erasure', Page: Erasure },
  { id: 'retention', title: 'page.retention', Page: Retention },
  { id: 'restricted', title: 'page.restricted', Page: Restricted },
  { id: 'recipients', title: 'page.recipients', Page: Recipients },
  { id: 'audit', title: 'page.audit', Page: Audit },
  { id: 'papers', title: 'page.papers', Page: Papers },
  { id: 'breaches', title: 'page.breaches', Page: Breaches },
  { id: 'redaction', title: 'page.redaction', Page: Redaction },
  { id: 'after', title: 'page.after', Page: After },
  { id: 'ip', title: 'page.ip', Page: IpAddress },
];
