/** How much of an address is kept as proof, from most to least (PR-63). Free of zod, for the console. */
export const IP_MODES = ['full', 'truncated', 'none'] as const;
export type IpMode = (typeof IP_MODES)[number];

/** Of two, the one that keeps less. */
export function stricterIp(one: IpMode, other: IpMode): IpMode {
  return IP_MODES.indexOf(one) > IP_MODES.indexOf(other) ? one : other;
}

/** Who may look at it, as an owner chooses (PR-66): these and those before them. An owner always may, who sets it. */
export const IP_VIEWERS = ['owner', 'privacy', 'agent'] as const;
export type IpViewers = (typeof IP_VIEWERS)[number];

/** Where nothing was chosen: who answers for the data, and not everybody who answers a chat (GDPR Art. 25(2), PR-74). */
export const DEFAULT_IP_VIEWERS: IpViewers = 'privacy';

export function mayViewIp(role: IpViewers, viewers: IpViewers = DEFAULT_IP_VIEWERS): boolean {
  return IP_VIEWERS.indexOf(role) <= IP_VIEWERS.indexOf(viewers);
}
