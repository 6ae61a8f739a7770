import { contradicts, saidOf, type RecordedPerson } from './contradiction.ts';
import { matchReceiver, type Endpoint } from '#app/vendors/match-endpoint.ts';
import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { Destination } from './dicom-audit/recipients.ts';

/** What the facility knows about how a source writes. */
export interface SourceHabits {
  defaultIssuer: string | null;
  assumedTimeZone: string | null;
}

export interface RuleInForce {
  id: string;
  version: number;
  purpose: string;
  legalBasis: string;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

/** The registers, as they stand while a batch is settled. */
export interface Known {
  habits: ReadonlyMap<string, SourceHabits>;
  patientOf(key: { issuer: string; value: string }): string | null;
  /** By the logical id of a Patient resource of this server. */
  patientReferredTo(id: string): string | null;
  /** All records that are one person with this one. */
  recordsOf(patientId: string): readonly RecordedPerson[];
  /** Ids of these, its own among them. */
  groupOf(patientId: string): readonly string[];
  /** Whether staff decided that what is said is said of this patient all the same. */
  isSaidOf(patientId: string, said: string): boolean;
  endpointsAt(at: Date): Endpoint[];
  ruleAt(vendorId: string, at: Date): RuleInForce | null;
}

export type Resolved =
  | { outcome: 'held'; state: 'unmapped' | 'ignored'; reason: string }
  | {
      outcome: 'releases';
      patientId: string;
      toVendors: { destination: Destination; vendorId: string }[];
      /** Why the message stays in the queue although some of its receivers are known. */
      unmatched: string | null;
    };

/** Whose images went to whom. Nothing is guessed: by (issuer, id) alone, never by name; a receiver by its endpoints at the time. */
export function resolveTransfer(transfer: AuditedTransfer, known: Known): Resolved {
  const patient = patientMeant(transfer, known);
  if ('reason' in patient) return { outcome: 'held', state: 'unmapped', reason: patient.reason };

  const endpoints = known.endpointsAt(transfer.occurredAt);
  const matches = transfer.destinations.map((destination) => ({
    destination,
    match: destination.vendorId
      ? { outcome: 'vendor' as const, vendorId: destination.vendorId }
      : matchReceiver(destination, endpoints),
  }));
  const unmatched =
    matches.flatMap(({ match }) => (match.outcome === 'unmatched' ? [match.reason] : []))[0] ?? null;
  const toVendors = matches.flatMap(({ destination, match }) =>
    match.outcome === 'vendor' ? [{ destination, vendorId: match.vendorId }] : [],
  );
  if (toVendors.length > 0) return { outcome: 'releases', patientId: patient.id, toVendors, unmatched };
  return unmatched
    ? { outcome: 'held', state: 'unmapped', reason: unmatched }
    : { outcome: 'held', state: 'ignored', reason: 'internalDestination' };
}

/** By number; what the report says of the patient besides may not contradict it. Where the name was taken off, it says nothing. */
function patientMeant(transfer: AuditedTransfer, known: Known): { id: string } | { reason: string } {
  const found = patientOf(transfer, known);
  if ('reason' in found || transfer.anonymized === true) return found;
  const { patient } = transfer;
  return contradicts(patient, known.recordsOf(found.id)) && !known.isSaidOf(found.id, saidOf(patient))
    ? { reason: 'patientContradicted' }
    : found;
}

/** A source may be known to leave its one issuer out. */
function patientOf(
  { patient, auditSourceId }: AuditedTransfer,
  known: Known,
): { id: string } | { reason: string } {
  if (patient.isReference) {
    const id = known.patientReferredTo(patient.id);
    return id ? { id } : { reason: 'patientUnknown' };
  }
  const issuer = patient.issuer ?? known.habits.get(auditSourceId)?.defaultIssuer;
  if (!issuer) return { reason: 'issuerUnknown' };
  const id = known.patientOf({ issuer, value: patient.id });
  return id ? { id } : { reason: 'patientUnknown' };
}
