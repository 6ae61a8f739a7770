import ipaddr from 'ipaddr.js';
import { hasForeignCharacters } from './look-alike.ts';
import type { EndpointKind } from './match-endpoint.ts';

export const vendorRelationships = [
  'businessAssociate',
  'processor',
  'independentController',
  'researchPartner',
  'other',
] as const;
export type VendorRelationship = (typeof vendorRelationships)[number];

export const agreementKinds = ['businessAssociate', 'processing', 'dataUse', 'research', 'other'] as const;
export type AgreementKind = (typeof agreementKinds)[number];

export const endpointKinds = [
  'aeTitle',
  'host',
  'ipCidr',
  'uriPrefix',
  'login',
] as const satisfies readonly EndpointKind[];

/** What an address may hold, as long as any of these kinds gets. */
export const longestEndpoint = 500;

/**
 * An endpoint as it is kept: AE titles as they are written, hosts in small letters, networks in CIDR notation. Null for what cannot be one
 * of its kind: characters that look like others have no place here.
 */
export function normalEndpoint(kind: EndpointKind, typed: string): string | null {
  const value = typed.trim();
  if (value === '' || value.length > longestEndpoint || hasForeignCharacters(value)) return null;
  switch (kind) {
    case 'aeTitle':
      // PS3.5 §6.2: 16 characters at most, no backslash.
      return value.length <= 16 && !value.includes('\\') ? value : null;
    case 'host':
      return hostName.test(value) ? value.toLowerCase() : null;
    case 'ipCidr':
      return normalNetwork(value);
    case 'uriPrefix':
      return normalPrefix(value);
    case 'login':
      return value;
  }
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function normalNetwork(value: string): string | null {
  const cidr = value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(cidr)) return null;
  const [, bits] = ipaddr.parseCIDR(cidr);
  // A net of half the world is nobody's.
  return bits >= 8 ? cidr.toLowerCase() : null;
}

function normalPrefix(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const { protocol, username, password, search, hash } = new URL(value);
  const isPlain = username === '' && password === '' && search === '' && hash === '';
  return (protocol === 'https:' || protocol === 'http:') && isPlain ? value : null;
}

export interface RegisteredEndpoint {
  id: string;
  /** Null: the facility's own. */
  vendorId: string | null;
  kind: EndpointKind;
  value: string;
  validFrom: Date;
  validTo: Date | null;
}

export type AddRefusal =
  /** This owner has it at some of that time already. */
  | 'thereAlready'
  /** Somebody else has: what is two owners' is nobody's, and their reports would wait. */
  | 'ofAnother';

/** Whether an endpoint may be added: of those with the same value, none at the same time. */
export function mayAdd(
  register: readonly RegisteredEndpoint[],
  added: Pick<RegisteredEndpoint, 'vendorId' | 'kind' | 'value' | 'validFrom'>,
): { ok: true } | { ok: false; refusal: AddRefusal; ownerId: string | null } {
  const there = register.find(
    ({ kind, value, validFrom, validTo }) =>
      kind === added.kind &&
      value === added.value &&
      // One that was taken back was valid at no instant.
      (validTo === null || (validTo > validFrom && validTo > added.validFrom)),
  );
  if (!there) return { ok: true };
  const refusal = there.vendorId === added.vendorId ? 'thereAlready' : 'ofAnother';
  return { ok: false, refusal, ownerId: there.vendorId };
}

/**
 * The same for an address that reports named at some time: who had it then may have it from `validFrom` until somebody else is registered
 * with it, or on and on. Two owners at once it never gets; a row of the same owner beside it changes nothing.
 */
export function mayAddUntilNext(
  register: readonly RegisteredEndpoint[],
  added: Pick<RegisteredEndpoint, 'vendorId' | 'kind' | 'value' | 'validFrom'>,
): { ok: true; validTo: Date | null } | { ok: false; refusal: 'ofAnother' } {
  const others = register.filter(({ vendorId }) => vendorId !== added.vendorId);
  const [next] = others
    .filter(
      ({ kind, value, validFrom, validTo }) =>
        kind === added.kind &&
        value === added.value &&
        validFrom > added.validFrom &&
        (validTo === null || validTo > validFrom),
    )
    .map(({ validFrom }) => validFrom)
    .sort((a, b) => a.getTime() - b.getTime());
  const before = others.filter(({ validFrom }) => validFrom <= added.validFrom);
  return mayAdd(before, added).ok ? { ok: true, validTo: next ?? null } : { ok: false, refusal: 'ofAnother' };
}

export type EndRefusal = 'endsBeforeItBegan' | 'endedAlready';

/** Whether what is valid between two moments may end at another; an end that was written may only come earlier. */
export function mayEnd<At extends Date | string>(
  { validFrom, validTo }: { validFrom: At; validTo: At | null },
  at: At,
): { ok: true } | { ok: false; refusal: EndRefusal } {
  if (at < validFrom) return { ok: false, refusal: 'endsBeforeItBegan' };
  if (validTo !== null && at >= validTo) return { ok: false, refusal: 'endedAlready' };
  return { ok: true };
}

/** The name of a vendor in addresses: small letters, digits and lines. Empty where nothing of its name is left. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}
