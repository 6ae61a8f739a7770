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
  const patient = patientOf(transfer, known);
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
