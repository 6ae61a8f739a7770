import ipaddr from 'ipaddr.js';

/**
 * Whether an address is one of the open Internet. Private, link-local (with the metadata services of clouds), loopback, shared and reserved
 * addresses are not, in whichever form they are written: IPv4 inside IPv6, NAT64, 6to4 and Teredo lead to other addresses.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  // IPv6 gives addresses to hosts out of 2000::/3 alone (IANA).
  return address.kind() === 'ipv4' || address.match(ipaddr.parseCIDR('2000::/3'));
}

export function isOwnMachine(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback';
}
