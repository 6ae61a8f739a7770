import type { Role } from '#app/audit/actor.ts';
import { can, type Capability } from '#app/people/can.ts';
import { hasForeignCharacters, lookOf } from '#app/vendors/look-alike.ts';
import { matchReceiver, pointsAt, type Endpoint, type EndpointKind } from '#app/vendors/match-endpoint.ts';
import { saidOf } from './ingest/contradiction.ts';
import type { AuditedPatient } from './ingest/dicom-audit/patients.ts';
import type { Reading } from './ingest/dicom-audit/reading.ts';
import type { Destination } from './ingest/dicom-audit/recipients.ts';

/** What messages that wait have in common, so that one decision settles all of them. */
export const groupKinds = [
  'recipientUnknown',
  'recipientAmbiguous',
  'recipientLooksAlike',
  'patientUnknown',
  'patientContradicted',
  'issuerUnknown',
  'quarantined',
] as const;
export type GroupKind = (typeof groupKinds)[number];

/** The facts that are the same in every message of a group, as sent: text from outside. */
export type GroupKey = Readonly<Record<string, string | string[]>>;

export interface Group {
  kind: GroupKind;
  key: GroupKey;
}

export const decisionKinds = [
  'vendorEndpoint',
  'ownEndpoint',
  'patientIdentifier',
  'sourceIssuer',
  'setAside',
  'askSender',
] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** What may be decided of a group. Content that cannot be trusted is never released by a decision about who somebody is. */
export const decisionsOf: Readonly<Record<GroupKind, readonly DecisionKind[]>> = {
  recipientUnknown: ['vendorEndpoint', 'ownEndpoint', 'setAside', 'askSender'],
  recipientAmbiguous: ['vendorEndpoint', 'ownEndpoint', 'setAside', 'askSender'],
  recipientLooksAlike: ['setAside', 'askSender'],
  patientUnknown: ['patientIdentifier', 'setAside', 'askSender'],
  patientContradicted: ['patientIdentifier', 'setAside', 'askSender'],
  issuerUnknown: ['sourceIssuer', 'setAside', 'askSender'],
  quarantined: ['setAside', 'askSender'],
};

/**
 * What somebody has to be allowed besides deciding, where a decision changes a register. An issuer is set only where none stood, and is
 * taken back with the decision.
 */
const furtherNeed: Readonly<Partial<Record<DecisionKind, Capability>>> = {
  vendorEndpoint: 'vendors.manage',
  ownEndpoint: 'vendors.manage',
  patientIdentifier: 'patients.manage',
};

export function mayDecide(role: Role, kind: DecisionKind): boolean {
  const need = furtherNeed[kind];
  return can(role, 'matching.decide') && (need === undefined || can(role, need));
}

/** Whether what waits may go once more through the step that everything that arrives goes through, as the registers stand now. */
export function mayBeTriedAgain({ kind, key }: Group): boolean {
  if (kind !== 'quarantined') return kind !== 'recipientLooksAlike';
  return key.reason === 'notSettled' || key.reason === 'eventTimeWithoutZone';
}

/** For how long a decision can be undone. */
export const undoableFor = 30 * 24 * 60 * 60_000;

export interface HeldAs {
  state: 'unmapped' | 'quarantined';
  reason: string;
}

export interface Surroundings {
  /** Valid at the time of the event. */
  endpoints: Endpoint[];
  defaultIssuer: string | null;
}

/** The group that a held message waits in. */
export function groupOf(reading: Reading, held: HeldAs, around: Surroundings): Group {
  if (held.state === 'quarantined' || reading.outcome !== 'transfer') {
    const source = reading.outcome === 'quarantined' ? reading.partial.auditSourceId : null;
    return { kind: 'quarantined', key: { reason: held.reason, ...(source ? { source } : {}) } };
  }
  const { transfer } = reading;
  if (held.reason === 'issuerUnknown')
    return { kind: 'issuerUnknown', key: { source: transfer.auditSourceId } };
  // A reference is a number of the facility's own, whichever issuer its source has.
  const issuer = transfer.patient.isReference ? null : (transfer.patient.issuer ?? around.defaultIssuer);
  const number = { ...(issuer ? { issuer } : {}), number: transfer.patient.id };
  if (held.reason === 'patientUnknown') return { kind: 'patientUnknown', key: number };
  if (held.reason === 'patientContradicted')
    return { kind: 'patientContradicted', key: { ...number, said: saidOf(transfer.patient) } };
  for (const destination of transfer.destinations) {
    const match = matchReceiver(destination, around.endpoints);
    if (match.outcome === 'unmatched') return receiverGroup(destination, match.reason);
  }
  return { kind: 'quarantined', key: { reason: held.reason, source: transfer.auditSourceId } };
}

function receiverGroup(
  { aeTitles, host, ip, uri, login }: Destination,
  reason: 'recipientUnknown' | 'recipientAmbiguous',
): Group {
  const titles = [...new Set(aeTitles.map((title) => title.replace(/^ +| +$/g, '')))].sort();
  const address: GroupKey = {
    ...(uri ? { uri: folderOf(uri) } : {}),
    ...(host ? { host } : {}),
    ...(ip ? { ip } : {}),
    ...(login ? { login } : {}),
  };
  // An unknown AE title is one question, from whichever of its machines it was reached.
  const isByTitle = reason === 'recipientUnknown' && titles.length > 0;
  const key: GroupKey = { ...(titles.length > 0 ? { aeTitles: titles } : {}), ...(isByTitle ? {} : address) };
  const isForeign = [...titles, host ?? '', uri ?? '', login ?? ''].some(hasForeignCharacters);
  return { kind: isForeign ? 'recipientLooksAlike' : reason, key };
}

/** An address names one study at its end; what receives stands before it. */
function folderOf(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const { origin, pathname } = new URL(uri);
  return origin === 'null' ? uri : `${origin}${pathname.replace(/\/studies(?:\/.*)?$/, '')}`;
}

/** The endpoints that a decision about a receiver adds: its titles, or else the most exact of its addresses. */
export function endpointsOf(key: GroupKey): { kind: EndpointKind; value: string }[] {
  const { aeTitles, host, ip, uri, login } = key;
  if (Array.isArray(aeTitles) && aeTitles.length > 0)
    return aeTitles.map((value) => ({ kind: 'aeTitle', value }));
  if (typeof uri === 'string') return [{ kind: 'uriPrefix', value: uri }];
  if (typeof host === 'string') return [{ kind: 'host', value: host }];
  if (typeof ip === 'string') return [{ kind: 'ipCidr', value: `${ip}/${ip.includes(':') ? 128 : 32}` }];
  if (typeof login === 'string') return [{ kind: 'login', value: login }];
  return [];
}

/** Whether a message says what a group has in common: nothing else can have been let in by a decision about the group. */
export function namesGroup({ kind, key }: Group, reading: Reading): boolean {
  if (reading.outcome !== 'transfer') return false;
  const { destinations, patient, auditSourceId } = reading.transfer;
  switch (kind) {
    case 'recipientUnknown':
    case 'recipientAmbiguous':
    case 'recipientLooksAlike':
      return endpointsOf(key).some((endpoint) => destinations.some((one) => pointsAt(one, endpoint)));
    case 'patientUnknown':
      return hasNumber(patient, key);
    case 'patientContradicted':
      return hasNumber(patient, key) && saidOf(patient) === key.said;
    case 'issuerUnknown':
      return auditSourceId === key.source && patient.issuer === null && !patient.isReference;
    case 'quarantined':
      return false;
  }
}

function hasNumber(
  { id, issuer, isReference }: AuditedPatient,
  { number, issuer: ofKey }: GroupKey,
): boolean {
  if (isReference) return id === number || id.toUpperCase() === number;
  return id === number && (issuer === null || ofKey === undefined || issuer === ofKey);
}

export interface OwnedEndpoint extends Endpoint {
  validFrom: Date;
  validTo: Date | null;
}

export type CandidateReason = 'sameAtAnotherTime' | 'sameAddress' | 'looksAlike' | 'beginsAlike';
export interface Candidate {
  /** Null: the facility itself. */
  vendorId: string | null;
  reason: CandidateReason;
  endpoint: string;
}

const gravity: readonly CandidateReason[] = ['sameAtAnotherTime', 'sameAddress', 'looksAlike', 'beginsAlike'];

/** Who might be meant, the likeliest first, each with why. For a person to weigh: none of it matches by itself. */
export function candidatesFor(key: GroupKey, endpoints: readonly OwnedEndpoint[]): Candidate[] {
  const values = Object.values(key).flat();
  const best = new Map<string | null, Candidate>();
  for (const { vendorId, kind, value } of endpoints) {
    const reason = likeness(values, kind, value);
    if (!reason) continue;
    const before = best.get(vendorId);
    if (!before || gravity.indexOf(reason) < gravity.indexOf(before.reason))
      best.set(vendorId, { vendorId, reason, endpoint: value });
  }
  return [...best.values()].sort((a, b) => gravity.indexOf(a.reason) - gravity.indexOf(b.reason));
}

function likeness(values: readonly string[], kind: EndpointKind, endpoint: string): CandidateReason | null {
  if (values.includes(endpoint)) return kind === 'aeTitle' ? 'sameAtAnotherTime' : 'sameAddress';
  if (kind !== 'aeTitle' && kind !== 'host') return null;
  const looks = values.map(lookOf);
  const look = lookOf(endpoint);
  if (looks.includes(look)) return 'looksAlike';
  const stem = look.slice(0, Math.max(4, Math.floor(look.length / 2)));
  return looks.some((one) => one.startsWith(stem)) ? 'beginsAlike' : null;
}
