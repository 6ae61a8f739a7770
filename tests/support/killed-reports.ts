import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import {
  destinationXml,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from './database.ts';
import type { Ledger } from './killed-load.ts';
import { pause, type RealSite, type SiteProcess } from './site-process.ts';
import { asMachine } from './site.ts';
import type { makeCertificates } from './syslog-certificates.ts';

/** A transfer of its own: its study is of no other message. */
interface Report {
  study: string;
  xml: string;
  sha256: string;
}

export interface Reports {
  /** By way: how many were reported, HTTP once each until it was acknowledged. */
  counts: { http: number; tls: number; udp: number };
  /** Messages that were handed to a socket, and that no process had stored when it was killed: what syslog cannot promise. */
  lost: number;
  /** Ends the senders: each stream of numbers ends with a message that was stored. @throws what a sender met that it must not meet */
  stop(): Promise<void>;
  /** Then everything that came by syslog is sent once more, as a sender does that cannot know. @returns what is amiss: all of it is to be nought */
  settle(): Promise<Record<string, number>>;
}

const storedWithin = 60_000;
/** Milliseconds from one message of a sender to the next: enough that some are under way whenever a process dies. */
const between = { http: 50, tls: 120, udp: 200 };
/** A number further behind the last is no late one (`furthestBehind` of app/disclosures/sequence.ts). */
const overtakes = 900;
const source = '<AuditSourceIdentification AuditSourceID="killed-archive"/>';

function nextReport(at: Date): Report {
  const study = `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
  const xml = messageXml({
    dateTime: at.toISOString(),
    participants: [sourceXml, destinationXml],
    auditSource: source,
    objects: [patientXml(), studyXml(study)],
  });
  return { study, xml, sha256: sha256Hex(xml) };
}

/**
 * Archives that report while the processes die: by HTTP until each message is acknowledged; by TLS with numbers, and by UDP, one sender to
 * each process, which go on with the next message whatever became of the last.
 */
export function startReports(
  { fresh, processes }: RealSite,
  ledger: Ledger,
  archive: ReturnType<typeof makeCertificates>['archive'],
): Reports {
  const sent = { http: [] as Report[], tls: new Map<string, Report[]>(), udp: [] as Report[] };
  const state = { stopping: false, lost: 0 };

  async function byHttp(turn: number): Promise<void> {
    const report = nextReport(new Date());
    sent.http.push(report);
    const key = randomUUID();
    // Without a key too: a sender that knows none sends the same again, and it counts once.
    const more: Record<string, string> = turn % 3 === 0 ? {} : { 'Idempotency-Key': key };
    for (let tries = 0; ; tries += 1) {
      const process = processes[(turn + tries) % processes.length]!;
      const answer = await process
        .ask('/api/v1/disclosures/dicom-audit', asMachine(report.xml, { type: 'application/xml', more }))
        .catch(() => null);
      if (answer?.status === 202) break;
      if (answer && answer.status < 500)
        throw new Error(`a report is refused: ${answer.status} ${answer.text}`);
      await pause(50);
    }
    await ledger.note({ did: 'reported', id: key, study: report.study });
    await pause(between.http);
  }

  async function byTls(process: SiteProcess, name: string): Promise<void> {
    const stream: Report[] = [];
    sent.tls.set(name, stream);
    let socket = await openTls(process, archive);
    while (!state.stopping) {
      if (!socket?.writable) socket = await openTls(process, archive);
      if (!socket) continue;
      const report = nextReport(new Date());
      stream.push(report);
      const bytes = frameOf(report, name, stream.length);
      // In two parts: some are cut where the process dies.
      socket.write(bytes.subarray(0, 700));
      await pause(Math.random() * 20);
      socket.write(bytes.subarray(700));
      await pause(between.tls);
    }
    socket?.destroy();
    // The end of the stream is there: what is missing before it is known to be.
    for (;;) {
      const last = nextReport(new Date());
      stream.push(last);
      await sendTls(process, archive, [frameOf(last, name, stream.length)]);
      if (await isStored(last)) return;
    }
  }

  async function byUdp(process: SiteProcess): Promise<void> {
    while (!state.stopping) {
      const report = nextReport(new Date());
      sent.udp.push(report);
      await sendUdp(process, report);
      await pause(between.udp);
    }
  }

  const isStored = async ({ sha256 }: Report): Promise<boolean> => {
    for (const end = performance.now() + 2_000; performance.now() < end; await pause(50))
      if ((await fresh.world.db.auditRecord.count({ where: { sha256 } })) > 0) return true;
    return false;
  };

  let turn = 0;
  const running = Promise.all([
    ...Array.from({ length: 2 }, async () => {
      while (!state.stopping) await byHttp(turn++);
    }),
    ...processes.map((process, at) => byTls(process, `archive${at}`)),
    ...processes.map(byUdp),
  ]);
  running.catch(() => (state.stopping = true));

  return {
    get counts() {
      const tls = [...sent.tls.values()].reduce((sum, stream) => sum + stream.length, 0);
      return { http: sent.http.length, tls, udp: sent.udp.length };
    },
    get lost() {
      return state.lost;
    },
    stop: async () => {
      state.stopping = true;
      await running;
    },
    settle: () =>
      connected(fresh.databaseUrl, async (client) => {
        const count = async (sql: string, values: unknown[] = []) =>
          Number((await client.query<{ count: string }>(sql, values)).rows[0]?.count);
        const stored = async () =>
          new Set(
            (await client.query<{ sha256: string }>('select sha256 from audit_record')).rows.map(
              (row) => row.sha256,
            ),
          );

        // A number that no message has is within a gap that the officer is told of, and no gap counts more than is missing.
        const before = await stored();
        let lostInSilence = 0;
        for (const [name, stream] of sent.tls) {
          const first = stream.findIndex(({ sha256 }) => before.has(sha256));
          const missing = stream.flatMap(({ sha256 }, at) =>
            before.has(sha256) || at < first ? [] : [at + 1],
          );
          state.lost += missing.length;
          const told = await count(
            `select count(*) from unnest($1::int[]) as lost (id) where exists (select 1 from source_gap g
              where g.stream like $2 and lost.id between g.first_missing and g.last_missing)`,
            [missing, `%"${name}"]`],
          );
          const counted = await count(
            `select coalesce(sum(missing), 0) as count from source_gap where stream like $1`,
            [`%"${name}"]`],
          );
          lostInSilence += missing.length - told + Math.abs(missing.length - counted);
        }

        const bySyslog = () => [...[...sent.tls.values()].flat(), ...sent.udp];
        for (const [at, process] of processes.entries()) {
          const name = `archive${at}`;
          const stream = sent.tls.get(name) ?? [];
          const isLate = (place: number) =>
            stream.length - place < overtakes && !before.has(stream[place]!.sha256);
          const late = stream.flatMap((report, place) =>
            isLate(place) ? [frameOf(report, name, place + 1)] : [],
          );
          const all = stream.map((report) => frameOf(report, name, null));
          // What was lost comes under its number, twice: it fills its gap once.
          await sendTls(process, archive, [...late, ...late, ...all]);
        }
        // As long as more of them come: a datagram may be lost again, and after an hour of load there are many.
        const bySyslogUdp = new Set(sent.udp);
        let fewest = Infinity;
        for (let end = performance.now() + storedWithin; performance.now() < end; await pause(300)) {
          const there = await stored();
          const due = bySyslog().filter(({ sha256 }) => !there.has(sha256));
          if (due.length === 0) break;
          if (due.length < fewest) end = performance.now() + storedWithin;
          fewest = Math.min(fewest, due.length);
          for (const report of due) if (bySyslogUdp.has(report)) await sendUdp(processes[0]!, report);
        }

        const all = [...sent.http, ...bySyslog()];
        const studies = all.map(({ study }) => study);
        const acknowledged = (await ledger.read()).flatMap((one) =>
          one.did === 'reported' ? [one.study] : [],
        );
        const times = (list: readonly string[]) =>
          count(
            `select count(*) from unnest($1::text[]) as told (study)
              where (select count(*) from disclosure d where d.study_uid = told.study) <> 1`,
            [list],
          );
        return {
          reportsAcknowledgedAndNotThereOnce: await times(acknowledged),
          reportsNotThereOnce: await times(studies),
          lostInSilence,
          recordsOfNoMessage: await count(
            `select count(*) from audit_record r join ingest_batch b on b.id = r.batch_id
              where b.channel in ('dicomAuditHttp', 'syslogTls', 'syslogUdp') and r.sha256 <> all($1::text[])`,
            [all.map(({ sha256 }) => sha256)],
          ),
          // Once kept is once settled: an item of a call is a record, a record proves something, a row has its report and its event.
          batchesWithoutRecord: await count(
            `select count(*) from ingest_batch b where not exists (select 1 from audit_record r where r.batch_id = b.id)`,
          ),
          recordsThatProveNothing: await count(
            `select count(*) from audit_record r where r.sha256 = any($1::text[]) and (r.state not in ('accepted', 'duplicate')
              or (select count(*) from disclosure_evidence e where e.audit_record_id = r.id) <> 1)`,
            [all.map(({ sha256 }) => sha256)],
          ),
          rowsWithoutTheirOneReport: await count(
            `select count(*) from disclosure d where d.study_uid = any($1::text[]) and 1 <>
              (select count(*) from disclosure_evidence e where e.disclosure_id = d.id and e.role = 'report')`,
            [studies],
          ),
          rowsWithoutTheirOneEvent: await count(
            `select count(*) from disclosure d where d.study_uid = any($1::text[]) and 1 <>
              (select count(*) from audit_event e where e.subject_id = d.id::text and e.type = 'disclosure.recorded')`,
            [studies],
          ),
        };
      }),
  };
}

function frameOf({ xml }: Report, name: string, id: number | null): Buffer {
  const numbered = id === null ? '-' : `[meta sequenceId="${id}"]`;
  const text = `<85>1 - ${name} ${name} - IHE+RFC-3881 ${numbered} ${xml}`;
  return Buffer.from(`${Buffer.byteLength(text)} ${text}`);
}

/** Null while the process is down. */
async function openTls(
  { tlsPort }: SiteProcess,
  archive: ReturnType<typeof makeCertificates>['archive'],
): Promise<TLSSocket | null> {
  const socket = connect({
    host: '127.0.0.1',
    port: tlsPort!,
    servername: 'plainview.riverbend.example',
    ...archive,
  });
  socket.on('error', () => undefined);
  try {
    await once(socket, 'secureConnect');
    return socket;
  } catch {
    await pause(50);
    return null;
  }
}

/** Sends frames by a connection of their own, and waits until the other end has taken them. */
async function sendTls(
  process: SiteProcess,
  archive: ReturnType<typeof makeCertificates>['archive'],
  frames: readonly Buffer[],
): Promise<void> {
  let socket: TLSSocket | null = null;
  while (!socket) socket = await openTls(process, archive);
  for (const frame of frames) if (!socket.write(frame)) await once(socket, 'drain');
  socket.end();
  await once(socket, 'close');
}

async function sendUdp({ udpPort }: SiteProcess, { xml }: Report): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) =>
    socket.send(`<85>1 - udp udp - IHE+RFC-3881 - ${xml}`, udpPort!, '127.0.0.1', () =>
      socket.close(resolve),
    ),
  );
}
