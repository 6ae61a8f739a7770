import ipaddr from 'ipaddr.js';

export type EndpointKind = 'aeTitle' | 'host' | 'ipCidr' | 'uriPrefix' | 'login';

/** An endpoint valid at the instant in question. Without a vendor it is the facility's own. */
export interface Endpoint {
  vendorId: string | null;
  kind: EndpointKind;
  value: string;
}

/** What a message says of one receiver; each may point at an endpoint. */
export interface ReceiverKeys {
  aeTitles: string[];
  host: string | null;
  ip: string | null;
  uri: string | null;
  login: string | null;
}

export type ReceiverMatch =
  | { outcome: 'vendor'; vendorId: string }
  | { outcome: 'internal' }
  | { outcome: 'unmatched'; reason: 'recipientUnknown' | 'recipientAmbiguous' };

/**
 * Finds whose endpoint a receiver is. Every key that matches anything has to point at the same owner: an AE title of one company
 * with the host of another is nobody's, and goes to a person. Nothing is guessed from names.
 */
export function matchReceiver(keys: ReceiverKeys, endpoints: Endpoint[]): ReceiverMatch {
  const owners = new Set(
    endpoints.filter((endpoint) => pointsAt(keys, endpoint)).map((endpoint) => endpoint.vendorId),
  );
  const [owner, ...others] = owners;
  if (owner === undefined) return { outcome: 'unmatched', reason: 'recipientUnknown' };
  if (others.length > 0 || hasOnlyForeignTitles(keys, endpoints)) {
    return { outcome: 'unmatched', reason: 'recipientAmbiguous' };
  }
  return owner === null ? { outcome: 'internal' } : { outcome: 'vendor', vendorId: owner };
}

/** It names AE titles and none of them is known: a known host alone does not say who was behind it. */
function hasOnlyForeignTitles(keys: ReceiverKeys, endpoints: Endpoint[]): boolean {
  const known = endpoints.filter((endpoint) => endpoint.kind === 'aeTitle');
  return keys.aeTitles.length > 0 && !known.some((endpoint) => pointsAt(keys, endpoint));
}

export function pointsAt(keys: ReceiverKeys, endpoint: Pick<Endpoint, 'kind' | 'value'>): boolean {
  switch (endpoint.kind) {
    case 'aeTitle':
      // Case counts in AE titles (PS3.5 §6.2); spaces around them do not.
      return keys.aeTitles.some((title) => withoutSpaces(title) === withoutSpaces(endpoint.value));
    case 'host':
      return (
        (keys.host !== null && smallLetters(keys.host) === smallLetters(endpoint.value)) ||
        hostOf(keys.uri) === smallLetters(endpoint.value)
      );
    case 'ipCidr':
      return keys.ip !== null && isInNetwork(keys.ip, endpoint.value);
    case 'uriPrefix':
      return keys.uri !== null && isUnder(keys.uri, endpoint.value);
    case 'login':
      return keys.login === endpoint.value;
  }
}

/** Of U+0020 alone: other spaces are other characters. */
function withoutSpaces(title: string): string {
  return title.replace(/^ +/, '').replace(/(?<! ) +$/, '');
}

/** Of ASCII alone: `toLowerCase` makes a k of the Kelvin sign. */
function smallLetters(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** An address in plain characters. The URL standard turns look-alike letters of a host into the letters they look like. */
function plainUrl(uri: string): URL | null {
  return /^[\x21-\x7e]+$/.test(uri) && URL.canParse(uri) ? new URL(uri) : null;
}

function hostOf(uri: string | null): string | null {
  return uri === null ? null : (plainUrl(uri)?.hostname ?? null);
}

/** Same origin, and a path at or below the prefix's: `/repo` is not above `/repository`. */
function isUnder(uri: string, prefix: string): boolean {
  const [inner, outer] = [plainUrl(uri), plainUrl(prefix)];
  if (!inner || !outer) return false;
  const folder = outer.pathname.endsWith('/') ? outer.pathname : `${outer.pathname}/`;
  return (
    inner.origin === outer.origin && (inner.pathname === outer.pathname || inner.pathname.startsWith(folder))
  );
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Of the addresses that endpoints have: each report is held against all of them. */
const networks = new Map<string, Network>();

function networkOf(cidr: string): Network {
  const known = networks.get(cidr);
  if (known) return known;
  const read = ipaddr.parseCIDR(cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}`);
  networks.set(cidr, read);
  return read;
}

function isInNetwork(ip: string, cidr: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  const [network, bits] = networkOf(cidr);
  return address.kind() === network.kind() && address.match(network, bits);
}
