import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { noteSenders, trustedSenders } from '../../senders.server.ts';
import { streamOf } from '../../sequence.ts';
import { noteSequences } from '../../sequences.server.ts';
import type { Item } from '../delivery.ts';
import { readAuditMessage } from '../dicom-audit/read.ts';
import { auditSourceOf, distrusted, type Reading } from '../dicom-audit/reading.ts';
import { takeIn } from '../intake.server.ts';
import type { FrameFault } from './frames.ts';
import { readSyslog, sequenceIdOf, type HeaderFault, type SyslogHeader } from './header.ts';
import { openQueue } from './queue.server.ts';

/** The other end. Of UDP no more is known than an address, which nothing proves. */
export interface SyslogPeer {
  /** The subject of its certificate. */
  name: string | null;
  address: string | null;
  /** SHA-256 of its certificate, in hexadecimal. */
  fingerprint: string | null;
}

export interface Arrived {
  bytes: Uint8Array;
  channel: 'syslogTls' | 'syslogUdp';
  peer: SyslogPeer;
}

export type Counted =
  | 'messages'
  | 'refusedConnections'
  | 'failedHandshakes'
  | 'unfinishedMessages'
  | 'refusedMessages'
  | 'refusalsNotKept'
  | 'refusedDatagrams'
  | 'droppedDatagrams'
  | 'failedDatagrams';

export interface Receiver {
  take(arrived: Arrived): void;
  /** The stream cannot be read on from here: what is there is kept for staff. */
  refuse(arrived: Arrived, fault: FrameFault): void;
  hasRoom(): boolean;
  whenRoom(tell: () => void): void;
  count(what: Counted): void;
  counts(): Readonly<Partial<Record<Counted, number>>>;
  stuckSince(): number | null;
  /** @returns how many messages could not be written in so many milliseconds */
  drain(patience: number): Promise<number>;
}

/** What is kept of a message that was refused: as many octets of each, and as many messages an hour. The rest is counted. */
const keptOfRefusal = 65_536;
const keptRefusalsAnHour = 500;
const anHour = 3_600_000;

interface Waiting extends Arrived {
  at: Date;
  /** Null: it was refused before it could be read. */
  header: SyslogHeader | null;
  fault: FrameFault | HeaderFault | null;
  /** As it was read while PostgreSQL took the ones before; null where it was not. */
  reading: Reading | null;
  /** It is in the ledger: a batch that failed halfway is tried again. */
  isWritten: boolean;
}

type Unread = Omit<Waiting, 'reading' | 'isWritten'>;

/** Takes messages of every listener to the ledger: in order, written with all that came while the ones before were committed. */
export function openReceiver(world: World, onError: (error: unknown) => void): Receiver {
  const counts: Partial<Record<Counted, number>> = {};
  const count = (what: Counted) => void (counts[what] = (counts[what] ?? 0) + 1);
  const queue = openQueue<Waiting>({
    write: (batch) => write(world, batch, onError),
    bytesOf: ({ bytes }) => bytes.length,
    prepare: (message) => void (message.reading = readMessage(message, { now: message.at })),
    onError,
  });
  const offer = (message: Unread) => void queue.offer({ ...message, reading: null, isWritten: false });
  let hour = { from: 0, kept: 0 };

  function refuse(arrived: Arrived, fault: FrameFault | HeaderFault): void {
    count('refusedMessages');
    const at = world.clock();
    if (at.getTime() - hour.from >= anHour) hour = { from: at.getTime(), kept: 0 };
    hour.kept += 1;
    if (hour.kept > keptRefusalsAnHour) return count('refusalsNotKept');
    offer({ ...arrived, bytes: arrived.bytes.slice(0, keptOfRefusal), at, header: null, fault });
  }

  return {
    take(arrived) {
      count('messages');
      const reading = readSyslog(arrived.bytes);
      if (!reading.ok) return refuse(arrived, reading.fault);
      const { message: bytes, header } = reading;
      offer({ ...arrived, bytes, at: world.clock(), header, fault: null });
    },
    refuse,
    hasRoom: queue.hasRoom,
    whenRoom: queue.whenRoom,
    count,
    counts: () => counts,
    stuckSince: queue.stuckSince,
    drain: queue.drain,
  };
}

async function write(world: World, batch: readonly Waiting[], onError: (error: unknown) => void) {
  // One delivery has one sender. The messages of each stay in their order.
  for (const messages of bySender(batch.filter(({ isWritten }) => !isWritten))) {
    const [{ channel, peer, at }] = messages;
    const trusted = await trustedSenders(world.db);
    const read = messages.map((message) => ({ message, auditSourceId: null as string | null }));
    await takeIn(world, {
      channel,
      actor: { kind: 'system', name: channel === 'syslogTls' ? 'Syslog, TLS' : 'Syslog, UDP' },
      now: at,
      peer: { name: peer.name, address: peer.address },
      items: read.map((one): Item => ({
        bytes: one.message.bytes,
        format: 'dicomAudit',
        read: (options) => {
          const ready = options.assumedTimeZone ? null : one.message.reading;
          const reading = ready ?? readMessage(one.message, options);
          one.auditSourceId = auditSourceOf(reading);
          return trusted.maySpeak(one.auditSourceId, peer.fingerprint) ? reading : distrusted(reading);
        },
      })),
      onError,
      alongside: async (tx: Tx, { from, count }) => {
        const part = read.slice(from, from + count);
        await noteSenders(tx, peer, part, at);
        await noteSequences(tx, part.flatMap(sequenceStep), () =>
          part.map(({ message }) => sha256Hex(message.bytes)),
        );
      },
    });
    for (const message of messages) message.isWritten = true;
  }
}

function bySender(batch: readonly Waiting[]): [Waiting, ...Waiting[]][] {
  const senders = new Map<string, [Waiting, ...Waiting[]]>();
  for (const message of batch) {
    const { channel, peer } = message;
    const key = JSON.stringify([channel, peer.address, peer.fingerprint]);
    const others = senders.get(key);
    if (others) others.push(message);
    else senders.set(key, [message]);
  }
  return [...senders.values()];
}

const faultWords: Record<FrameFault | HeaderFault, string> = {
  noLength: 'no length in octets stands before the message (RFC 5425)',
  tooLarge: 'the message is longer than one may be',
  noPriority: 'it does not begin with a priority (RFC 5424)',
  notVersion1: 'it is not of version 1 of the protocol (RFC 5424)',
  badField: 'a field of its header is not of the form it has in RFC 5424',
  badStructuredData: 'its structured data are not of the form they have in RFC 5424',
  headerTooLong: 'its header is longer than one may be',
};

function readMessage({ bytes, fault }: Unread, options: Parameters<Item['read']>[0]): Reading {
  if (fault === null) return readAuditMessage(bytes, options);
  const isFrame = fault === 'noLength' || fault === 'tooLarge';
  return {
    outcome: 'rejected',
    code: isFrame ? 'syslogFrame' : 'syslogHeader',
    detail: faultWords[fault],
  };
}

function sequenceStep({ message, auditSourceId }: { message: Waiting; auditSourceId: string | null }) {
  const { header, peer, at } = message;
  const sequenceId = header && sequenceIdOf(header);
  if (!header || sequenceId === null) return [];
  const stream = streamOf({
    peer: peer.fingerprint ?? peer.address,
    host: header.host,
    program: header.appName,
  });
  return [{ stream, sequenceId, sha256: () => sha256Hex(message.bytes), auditSourceId, at }];
}
