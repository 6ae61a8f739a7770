import net, { type AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** Of the envelope: who the server was told to deliver to. */
  recipients: string[];
  raw: string;
  mail: Email;
}

export interface SmtpSink {
  url: string;
  received: ReceivedMail[];
  /** The SMTP code that messages are refused with; null takes them. */
  refuseWith: number | null;
  /** The same at an earlier step: of whom it does not want to deliver to, with words that repeat the address. */
  refuseRecipient: ((address: string) => number | null) | null;
  /** The same of whom it does not take mail from. */
  refuseSenderWith: number | null;
  /** Closes the connection in the middle of a message. */
  dropsMidData: boolean;
  stop: () => Promise<void>;
}

/** A real SMTP server on a free local port that keeps what it gets, or refuses it. */
export async function startSmtpSink({ refuseWith }: { refuseWith: number | null }): Promise<SmtpSink> {
  const sockets = new Set<net.Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onMailFrom(_address, _session, done) {
      const responseCode = sink.refuseSenderWith;
      done(responseCode === null ? null : Object.assign(new Error('not from you'), { responseCode }));
    },
    onRcptTo({ address }, _session, done) {
      const responseCode = sink.refuseRecipient?.(address) ?? null;
      if (responseCode === null) return done();
      done(Object.assign(new Error(`5.1.1 <${address}>: no such mailbox`), { responseCode }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (sink.dropsMidData) for (const socket of sockets) socket.destroy();
      });
      stream.on('end', () => {
        if (sink.refuseWith !== null) {
          done(Object.assign(new Error('refused'), { responseCode: sink.refuseWith }));
          return;
        }
        const raw = Buffer.concat(chunks).toString('utf8');
        PostalMime.parse(raw).then((mail) => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          sink.received.push({ recipients, raw, mail });
          done();
        }, done);
      });
    },
  });
  server.on('error', () => undefined); // a connection that was dropped
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received: [],
    refuseWith,
    refuseRecipient: null,
    refuseSenderWith: null,
    dropsMidData: false,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return sink;
}

export interface SilentServer {
  url: string;
  /** How many connections are open. */
  held(): number;
  stop: () => Promise<void>;
}

/**
 * Takes connections and says nothing. `drips`: greets byte by byte instead, for ever, so that the line is never quiet for long.
 */
export async function startSilentServer({ drips = false } = {}): Promise<SilentServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const timer = drips ? setInterval(() => socket.write('2'), 50) : undefined;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => sockets.size,
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
