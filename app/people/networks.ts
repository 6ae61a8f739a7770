import ipaddr from 'ipaddr.js';

/** The network that an address is counted with: itself for IPv4; for IPv6 its /64, since one household has all of that. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().slice(0, 8);
  return `${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}/64`;
}
