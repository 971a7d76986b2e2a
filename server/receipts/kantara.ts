import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { NoticeFacts } from '../../shared/notice.ts';
import type { Receipt } from '../../shared/receipt.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Reads } from '../store/store.ts';
import { issueReceipts } from './receipt.ts';
import { conversationOfLink } from './receipt-links.ts';

/** How the format is asked for. */
export const KANTARA = 'kantara-1.1';

/** A receipt in the form of the Kantara Consent Receipt Specification 1.1 (PRIVACY.md, section 16). */
interface KantaraReceipt {
  version: 'KI-CR-v1.1.0';
  jurisdiction: string;
  /** Seconds. */
  consentTimestamp: number;
  collectionMethod: string;
  consentReceiptID: string;
  language: string;
  piiPrincipalId: string;
  piiControllers: {
    piiController: string;
    onBehalf: boolean;
    contact: string;
    address: { streetAddress: string };
    email: string;
    phone: string;
  }[];
  policyUrl: string;
  services: { service: string; purposes: KantaraPurpose[] }[];
  sensitive: boolean;
  spiCat: string[];
}

interface KantaraPurpose {
  purpose: string;
  purposeCategory: string[];
  consentType: 'EXPLICIT';
  piiCategory: string[];
  primaryPurpose: boolean;
  termination: string;
  thirdPartyDisclosure: boolean;
  thirdPartyName?: string;
}

type Reach = Pick<Required<NoticeFacts>, 'phone' | 'email'>;

/**
 * The receipts behind a token in that form, the newest first: of each act in which something was granted, what was. The
 * form knows no refusal, and it is not signed: the receipt that it is made from is, and has the same id.
 * @throws Refusal `invalid`, with the remedy in words, where neither the notice nor its successor tells phone and e-mail.
 */
export async function openKantara(ctx: Context, token: string): Promise<{ receipts: KantaraReceipt[] }> {
  const conversation = await conversationOfLink(ctx, token);
  const receipts: KantaraReceipt[] = [];
  for (const receipt of await issueReceipts(ctx, conversation, token)) {
    const granted = receipt.purposes.filter(({ decision }) => decision === 'granted');
    if (granted.length > 0)
      receipts.push(asKantara(receipt, granted, await reachOf(ctx.store.read, conversation.siteId, receipt)));
  }
  return { receipts };
}

/** As the words said under which it was given, or as those say that are in force. */
async function reachOf(read: Reads, siteId: string, { notice: { hash, locale } }: Receipt): Promise<Reach> {
  const agreed = (await read.noticeByHash(hash))?.doc.facts;
  const newest = (await read.noticeInForce(siteId, locale))?.doc.facts;
  const phone = agreed?.phone ?? newest?.phone;
  const email = agreed?.email ?? newest?.email;
  if (phone === undefined || email === undefined)
    throw new Refusal('invalid', { fields: { format: 'unreachable' }, body: { findings: [relayWords['kantara.unreachable']] } });
  return { phone, email };
}

function asKantara(receipt: Receipt, granted: Receipt['purposes'], reach: Reach): KantaraReceipt {
  const special = granted.flatMap(({ data }) => data.filter((one) => one.special).map(({ type }) => type));
  return {
    version: 'KI-CR-v1.1.0',
    jurisdiction: receipt.jurisdiction,
    consentTimestamp: receipt.event.unix,
    collectionMethod: receipt.collection_method,
    consentReceiptID: receipt.receipt_id,
    language: receipt.notice.locale,
    piiPrincipalId: receipt.subject_id,
    piiControllers: receipt.parties
      .filter(({ role }) => role === 'controller')
      .map(({ name, address, contact }) => ({
        piiController: name,
        onBehalf: false,
        contact: contact ?? '',
        address: { streetAddress: address ?? '' },
        ...reach,
      })),
    policyUrl: receipt.notice.url,
    services: [{ service: receipt.service, purposes: granted.map((one) => asPurpose(one, receipt)) }],
    sensitive: special.length > 0,
    spiCat: [...new Set(special)],
  };
}

function asPurpose(
  { name, text, data, primary, retention, valid_for, recipients }: Receipt['purposes'][number],
  { withdrawal }: Receipt,
): KantaraPurpose {
  return {
    purpose: text,
    purposeCategory: [primary ? 'Core Function' : name],
    consentType: 'EXPLICIT',
    piiCategory: data.map(({ type }) => type),
    primaryPurpose: primary,
    termination: fill(relayWords['kantara.termination'], { retention, valid: valid_for, ...withdrawal }),
    thirdPartyDisclosure: recipients.length > 0,
    ...(recipients.length > 0 && { thirdPartyName: recipients.join(', ') }),
  };
}
