import ipaddr from 'ipaddr.js';

/** The network that an address is counted with: itself for IPv4; for IPv6 its /64, since one household has all of that. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().slice(0, 8);
  return `${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}/64`;
}

/** Most networks that a program is bound to. */
export const mostNetworks = 20;

/** Bits that a network has to name: with fewer, a few networks are the whole internet. */
const leastBits = { ipv4: 8, ipv6: 16 };

/**
 * Networks as somebody types them, with commas, spaces or line breaks between: addresses, or CIDR. @returns each in CIDR, once; null when
 * one of them is no network, has bits beyond its mask, or is larger than a network of anybody's
 */
export function typedNetworks(text: string): string[] | null {
  const networks = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(asNetwork);
  const known = networks.filter((network) => network !== null);
  return known.length === networks.length && known.length <= mostNetworks ? [...new Set(known)] : null;
}

function asNetwork(text: string): string | null {
  const cidr = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(cidr)) return null;
  const [address, bits] = ipaddr.parseCIDR(cidr);
  if (bits < leastBits[address.kind()]) return null;
  const first = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(cidr);
  return first.toString() === address.toString() ? `${address.toString()}/${bits}` : null;
}

/** Whether an address lies in one of these networks. An IPv4 address that came as IPv6 is the IPv4 one. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const own = ipaddr.process(address);
  return networks.some((cidr) => {
    if (!ipaddr.isValidCIDR(cidr)) return false;
    const network = ipaddr.parseCIDR(cidr);
    return network[0].kind() === own.kind() && own.match(network);
  });
}
