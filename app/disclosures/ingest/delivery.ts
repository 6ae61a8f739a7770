import type { Tx } from '#app/db/client.server.ts';
import type { Actor } from '#app/audit/actor.ts';
import type { FileManner } from './csv/columns.ts';
import type { Reading } from './dicom-audit/reading.ts';
import type { ReadOptions } from './dicom-audit/read.ts';

export type IngestState = 'accepted' | 'duplicate' | 'ignored' | 'unmapped' | 'quarantined' | 'rejected';

export type IngestChannel =
  'dicomAuditHttp' | 'csvHttp' | 'fhirHttp' | 'syslogTls' | 'syslogUdp' | 'file' | 'staff' | 'seed';

export type EvidenceFormat = 'dicomAudit' | 'csv' | 'fhirAuditEvent' | 'staffEntry';

/** What became of one item of a delivery. */
export interface IngestResult {
  /** Of the item in its delivery, from 0. */
  index: number;
  state: IngestState;
  disclosureIds: string[];
  reason?: string;
}

export interface IngestAnswer {
  batchId: string;
  results: IngestResult[];
  /** For a sender's operator, when the first item could not be read: safe to send back. */
  detail?: string;
}

/** One report as it came, and how to read it. `read` is pure, never throws, and may be called again with the zone of the source. */
export interface Item {
  bytes: Uint8Array;
  format: EvidenceFormat;
  read(options: ReadOptions): Reading;
}

/** Who was at the other end of the connection, as far as it is known. */
export interface Peer {
  /** The subject of its certificate, or another name that it proved. */
  name: string | null;
  address: string | null;
}

/** What every item of a delivery has in common. */
export interface Carrier {
  channel: IngestChannel;
  actor: Actor;
  now: Date;
  peer?: Peer | undefined;
  /** The same call again gets the same answer; a call that was cut off goes on where it stopped. */
  idempotencyKey?: string | undefined;
  /** SHA-256 of all that came with the key; of the items together when left out. */
  bodySha256?: string | undefined;
  /** How the lines of a file are read. */
  columns?: FileManner | undefined;
  /** Told of what the database refused; the item is kept for staff. */
  onError?: ((error: unknown) => void) | undefined;
  /** What is written beside items, in the transaction that keeps them: of each part of the delivery, by the place of its first in the whole. */
  alongside?: ((tx: Tx, part: { from: number; count: number }) => Promise<void>) | undefined;
}

export interface Delivery extends Carrier {
  items: readonly Item[];
}

export class IdempotencyKeyReused extends Error {
  override name = 'IdempotencyKeyReused';
}
