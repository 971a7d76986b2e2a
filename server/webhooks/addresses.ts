import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Whereto the relay may post: to the open internet, and to nothing that is only reachable from inside (FAULTS.md, A26). */

/** IANA's special-purpose registry: private, shared, link-local with the clouds' metadata, reserved, multicast. */
const CLOSED_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Of IPv6 only global unicast is open, and of that not what stands for other networks or for examples. */
const OPEN_V6: readonly [string, number][] = [['2000::', 3]];
const CLOSED_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(ranges: readonly [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, family);
  return list;
}
const closedV4 = listOf(CLOSED_V4, 'ipv4');
const openV6 = listOf(OPEN_V6, 'ipv6');
const closedV6 = listOf(CLOSED_V6, 'ipv6');

/** True for an address that anybody on the internet can reach. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closedV4.check(address, 'ipv4');
  return isIP(address) === 6 && openV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6');
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** Every address of a name; throws where there is none. */
export type Resolve = (hostname: string) => Promise<string[]>;

export const resolveByDns: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The one address to connect to, or why there is none. A name with any address inside is refused whole: which of them would
 * be taken is up to whoever holds the name.
 */
export async function addressFor(
  hostname: string,
  resolve: Resolve,
  mayLoopback: boolean,
): Promise<{ address: string } | { fault: 'unresolved' | 'private_address' }> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) > 0 ? [host] : await resolve(host).catch(() => []);
  const [address] = found;
  if (address === undefined) return { fault: 'unresolved' };
  const isOpen = found.every((one) => isPublicAddress(one) || (mayLoopback && isLoopbackAddress(one)));
  return isOpen ? { address } : { fault: 'private_address' };
}
