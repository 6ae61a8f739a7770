import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, openedByteCount } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt, startOfLocalDate } from '#app/facility/local-date.ts';
import type { IngestChannel } from './ingest/delivery.ts';
import type { UnreadReports } from './accounting.ts';

/** Bytes that came as a report and could not be read as one. */
export interface RefusedMessage {
  id: string;
  receivedAt: Date;
  channel: IngestChannel;
  /** Code of a refusal (ingest/dicom-audit/refusal.ts). */
  reason: string;
  /** Of what is kept: the beginning, where it was too large. */
  byteCount: number;
  /** Who sent it, as far as it is known: a program's name, a certificate, an address, a file. */
  sender: string | null;
  /** Of the file that it is a line of. */
  importId: string | null;
}

export interface RefusedPlace {
  at: Date;
  id: string;
}

const messagesAPage = 30;

interface Row {
  id: string;
  receivedAt: Date;
  channel: IngestChannel;
  reason: string;
  sealedOctets: number;
  keyId: string;
  client: string | null;
  peerName: string | null;
  peerAddress: string | null;
  fileName: string | null;
  importId: string | null;
}

/** What was refused, the newest first. @param before the last one of the page before */
export async function refusedPage(
  db: Db,
  { before }: { before: RefusedPlace | undefined },
): Promise<{ messages: RefusedMessage[]; hasMore: boolean }> {
  // Lengths come from where the text lies: nothing of a message is read.
  const rows = await db.$queryRaw<Row[]>`
    select r.id::text as id, r.received_at as "receivedAt", b.channel::text as channel, coalesce(r.reason, '') as reason,
           octet_length(r.raw_sealed) as "sealedOctets", split_part(left(r.raw_sealed, 24), '.', 2) as "keyId",
           c.name as client, b.peer_name as "peerName", b.peer_address as "peerAddress",
           f.file_name as "fileName", f.id::text as "importId"
      from audit_record r
      join ingest_batch b on b.id = r.batch_id
      left join machine_client c on c.id = b.machine_client_id
      left join lateral (select id, file_name from file_import where batch_id = b.id limit 1) f on true
     where r.state = 'rejected'
       and (${before?.at ?? null}::timestamptz is null
            or (r.received_at, r.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
     order by r.received_at desc, r.id desc
     limit ${messagesAPage + 1}`;
  return {
    messages: rows
      .slice(0, messagesAPage)
      .map(({ sealedOctets, keyId, client, peerName, peerAddress, fileName, ...row }) => ({
        ...row,
        byteCount: openedByteCount(sealedOctets, keyId),
        sender: fileName ?? client ?? peerName ?? peerAddress,
      })),
    hasMore: rows.length > messagesAPage,
  };
}

/**
 * The bytes of one message that was refused, as they came. They may be about anybody: that somebody took them is an event of its own,
 * which no patient sees, for nobody knows whose it would be.
 * @returns null when no message of this id was refused @throws when they are not what was kept
 */
export async function readRefused(
  world: World,
  { id, actor }: { id: string; actor: Person },
): Promise<Uint8Array | null> {
  const row = await world.db.auditRecord.findFirst({
    where: { id, state: 'rejected' },
    select: { sha256: true, rawSealed: true },
  });
  if (!row) return null;
  const bytes = open(world.keys, row.rawSealed, boundTo('audit_record', id));
  if (sha256Hex(bytes) !== row.sha256) throw new Error('a message is not what it was when it was kept');
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'ingest.refusedRead',
      actor,
      at: world.clock(),
      subject: { kind: 'auditRecord', id },
      after: { sha256: row.sha256 },
      visibleToPatient: false,
    }),
  );
  return bytes;
}

/**
 * What came since a window began and could not be read. When anything of it happened nobody knows: a report may come long after what it
 * reports, so what came after the window counts too.
 * @param from first facility-local date of the window @returns null when there is none
 */
export async function unreadSince(db: Db | Tx, from: string): Promise<UnreadReports | null> {
  const { timeZone } = await theFacility(db);
  const found = await db.auditRecord.aggregate({
    where: { state: 'rejected', receivedAt: { gte: startOfLocalDate(from, timeZone) } },
    _count: true,
    _min: { receivedAt: true },
    _max: { receivedAt: true },
  });
  const { receivedAt: first } = found._min;
  const { receivedAt: last } = found._max;
  if (!first || !last) return null;
  return { count: found._count, firstOn: localDateAt(first, timeZone), lastOn: localDateAt(last, timeZone) };
}
