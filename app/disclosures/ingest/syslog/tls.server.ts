import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { limits as messageLimits } from '../dicom-audit/refusal.ts';
import { openDeframer } from './frames.ts';
import type { Receiver, SyslogPeer } from './receiver.server.ts';

export interface TlsSettings {
  port: number;
  /** PEM. */
  key: Buffer;
  certificate: Buffer;
  /** The authorities whose certificates senders have. */
  authorities: Buffer;
  limits?: Partial<typeof tlsLimits>;
}

/** Times in milliseconds. */
const tlsLimits = {
  connections: 256,
  /** From one address: a sender that opens one after the other leaves room for others. */
  connectionsAnAddress: 64,
  /** From the connection to the end of the handshake. */
  handshake: 10_000,
  /**
   * From the first byte of a message to its last. Between messages a connection may rest: a sender notices a connection that was shut
   * only by losing the next message.
   */
  message: 60_000,
  /** Octets of unfinished messages, of all connections. */
  unfinishedBytes: 64 * 1_048_576,
};

/** A frame holds the header too. */
const mostFrameBytes = messageLimits.messageBytes;
/** Probes of a connection that rests; one whose other end is gone is closed by the system. */
const keepAliveAfter = 60_000;

export interface Listener {
  port: number;
  /** Takes no more connections, takes what has arrived, and closes those that are there. */
  stop(): Promise<void>;
}

/**
 * Syslog over TLS with certificates on both sides (IHE ATNA ITI-20, RFC 5425), TLS 1.2 and later. A connection that asks for more than
 * there is room for is closed at once and counted.
 */
export async function listenTls(settings: TlsSettings, receiver: Receiver): Promise<Listener> {
  const bounds = { ...tlsLimits, ...settings.limits };
  const sockets = new Map<TLSSocket, { goOn(): void }>();
  const raw = new Set<Socket>();
  const perAddress = new Map<string, number>();
  let unfinished = 0;

  const server = createServer({
    key: settings.key,
    cert: settings.certificate,
    ca: settings.authorities,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: bounds.handshake,
  });
  server.maxConnections = bounds.connections;
  server.on('drop', () => receiver.count('refusedConnections'));
  server.on('tlsClientError', (_error, socket) => {
    receiver.count('failedHandshakes');
    socket.destroy();
  });
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const open = (perAddress.get(address) ?? 0) + 1;
    perAddress.set(address, open);
    raw.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      raw.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (open > bounds.connectionsAnAddress) {
      receiver.count('refusedConnections');
      socket.destroy();
    }
  });
  server.on('secureConnection', read);
  receiver.whenRoom(() => {
    for (const reading of sockets.values()) reading.goOn();
  });

  function read(socket: TLSSocket): void {
    const peer = peerOf(socket);
    const deframer = openDeframer(mostFrameBytes);
    let patience: NodeJS.Timeout | null = null;
    let held = 0;
    const stopWaiting = () => {
      if (patience) clearTimeout(patience);
      patience = null;
    };
    const startWaiting = () => {
      patience ??= setTimeout(() => socket.destroy(), bounds.message);
    };
    // While we do not read, the rest of a message is not late.
    const rest = () => {
      stopWaiting();
      socket.pause();
    };
    const goOn = () => {
      if (held > 0) startWaiting();
      socket.resume();
    };
    sockets.set(socket, { goOn });
    socket.setKeepAlive(true, keepAliveAfter);
    // Nothing is said back: a sender that closes its side is done.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      sockets.delete(socket);
      stopWaiting();
      unfinished -= held;
      if (held > 0) receiver.count('unfinishedMessages');
    });
    socket.on('data', (chunk: Buffer) => {
      const { frames, fault, at } = deframer.take(chunk);
      for (const bytes of frames) receiver.take({ bytes, channel: 'syslogTls', peer });
      unfinished += deframer.held - held;
      const isNew = frames.length > 0 || held === 0;
      held = deframer.held;
      if (fault) {
        receiver.refuse({ bytes: at ?? chunk, channel: 'syslogTls', peer }, fault);
        socket.destroy();
        return;
      }
      if (unfinished > bounds.unfinishedBytes) {
        receiver.count('refusedConnections');
        socket.destroy();
        return;
      }
      if (isNew || held === 0) stopWaiting();
      if (held > 0) startWaiting();
      if (!receiver.hasRoom()) rest();
    });
    if (!receiver.hasRoom()) rest();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, resolve);
  });
  return { port: portOf(server), stop: () => stopServer(server, sockets, raw) };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function stopServer(
  server: Server,
  sockets: ReadonlyMap<TLSSocket, unknown>,
  raw: Set<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // One turn of the loop: what has arrived is read.
  await new Promise(setImmediate);
  for (const socket of sockets.keys()) socket.destroy();
  for (const socket of raw) socket.destroy();
  await closed;
}

function peerOf(socket: TLSSocket): SyslogPeer {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  return {
    name: subjectText(subject as unknown as Record<string, string | string[]>),
    address: socket.remoteAddress ?? null,
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

const longestSubject = 300;

/** `CN=archive.riverbend.example, O=Riverbend Imaging` */
function subjectText(subject: Record<string, string | string[]>): string {
  const parts = ['CN', 'OU', 'O', 'L', 'ST', 'C'].flatMap((key) =>
    [subject[key] ?? []].flat().map((value) => `${key}=${value}`),
  );
  return parts.join(', ').slice(0, longestSubject);
}
