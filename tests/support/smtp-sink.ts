import type { AddressInfo } from 'node:net';
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
  stop: () => Promise<void>;
}

/** A real SMTP server on a free local port that keeps what it gets, or refuses it. */
export async function startSmtpSink({ refuseWith }: { refuseWith: number | null }): Promise<SmtpSink> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received: [],
    refuseWith,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return sink;
}
