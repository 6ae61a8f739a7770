import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { World } from '#app/db/world.ts';
import { openReceiver, type Receiver } from '#app/disclosures/ingest/syslog/receiver.server.ts';
import { listenTls, type Listener, type TlsSettings } from '#app/disclosures/ingest/syslog/tls.server.ts';
import { listenUdp } from '#app/disclosures/ingest/syslog/udp.server.ts';
import type { Configuration } from './configuration.server.ts';
import type { Part } from './readiness.server.ts';
import type { Logger } from './request-log.server.ts';
import { StartRefusal } from './start-refusal.ts';

export interface Syslog {
  tlsPort: number | null;
  udpPort: number | null;
  counts: Receiver['counts'];
  part: Part;
  /** Takes no more, and writes what was read. */
  stop(): Promise<void>;
}

export type SyslogSettings = NonNullable<Configuration['syslog']>;

// Milliseconds.
const writeFor = 8_000;
const betweenLines = 60_000;
const stuckFor = 30_000;

/** Listens for audit messages by syslog, on the ports that are set. @throws StartRefusal */
export async function startSyslog(world: World, settings: SyslogSettings, log: Logger): Promise<Syslog> {
  const receiver = openReceiver(world, (error) => log.error({ error }, 'a syslog message was not written'));
  const tls = settings.tls && (await openTls(settings.tls, receiver));
  const udp = await openUdp(settings, receiver).catch(async (error: unknown) => {
    await tls?.stop();
    throw error;
  });
  let said = '';
  const say = () => {
    const now = JSON.stringify(receiver.counts());
    if (now !== said && now !== '{}') log.info({ counts: receiver.counts() }, 'syslog');
    said = now;
  };
  const timer = setInterval(say, betweenLines).unref();
  return {
    tlsPort: tls?.port ?? null,
    udpPort: udp?.port ?? null,
    counts: receiver.counts,
    part: syslogPart(receiver),
    stop: async () => {
      clearInterval(timer);
      await Promise.all([tls?.stop(), udp?.stop()]);
      const lost = await receiver.drain(writeFor);
      say();
      if (lost > 0) log.error({ lost }, 'syslog messages were lost: the database did not take them');
    },
  };
}

function syslogPart(receiver: Receiver): Part {
  return {
    name: 'syslog',
    check: async () => {
      const since = receiver.stuckSince();
      return since !== null && performance.now() - since > stuckFor
        ? 'cannot write what it receives; senders wait, and datagrams are dropped'
        : null;
    },
  };
}

async function openTls(settings: NonNullable<SyslogSettings['tls']>, receiver: Receiver): Promise<Listener> {
  const files = await readCertificates(settings);
  return listenTls({ port: settings.port, ...files }, receiver).catch((error: unknown) => {
    throw refusal('SYSLOG_TLS_PORT', settings.port, error);
  });
}

async function openUdp({ udp }: SyslogSettings, receiver: Receiver): Promise<Listener | null> {
  if (!udp) return null;
  return listenUdp(udp, receiver).catch((error: unknown) => {
    throw refusal('SYSLOG_UDP_PORT', udp.port, error);
  });
}

/** @throws StartRefusal when a file is not there, or is not what it should be */
export async function readCertificates({
  keyFile,
  certificateFile,
  authoritiesFile,
}: NonNullable<SyslogSettings['tls']>): Promise<Pick<TlsSettings, 'key' | 'certificate' | 'authorities'>> {
  const read = (setting: string, file: string) =>
    readFile(file).catch((error: unknown) => {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new StartRefusal(
        'badCertificate',
        `${setting} names a file that cannot be read (${why}): ${file}`,
        'docs/connect-rsyslog.md says how to make the files.',
      );
    });
  const files = {
    key: await read('SYSLOG_TLS_KEY_FILE', keyFile),
    certificate: await read('SYSLOG_TLS_CERT_FILE', certificateFile),
    authorities: await read('SYSLOG_TLS_CA_FILE', authoritiesFile),
  };
  try {
    createSecureContext({ key: files.key, cert: files.certificate, ca: files.authorities });
  } catch (error) {
    throw new StartRefusal(
      'badCertificate',
      `The certificate files for syslog do not fit: ${error instanceof Error ? error.message : 'unknown'}`,
      'SYSLOG_TLS_CERT_FILE and SYSLOG_TLS_KEY_FILE are PEM and belong together; SYSLOG_TLS_CA_FILE holds the authorities of senders.',
    );
  }
  return files;
}

function refusal(setting: string, port: number, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null) return error;
  return new StartRefusal(
    code === 'EADDRINUSE' ? 'portTaken' : 'portForbidden',
    `Syslog cannot listen on port ${port} (${code}).`,
    `Stop the program that has it, or set another ${setting}; below 1024 a port needs more rights.`,
  );
}
