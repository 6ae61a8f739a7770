import { createTransport } from 'nodemailer';
import type { Db } from '#app/db/client.server.ts';
import type { Clock } from '#app/db/world.ts';
import { MailRefused } from './failure.ts';

export interface MailMessage {
  /** One e-mail address, without a name. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets (RFC 5322). The same for each try, so that mail systems can tell a repeat. */
  messageId: string;
  noticeId: string;
}

export interface Mailer {
  /** Hands a message over, whole or not at all. @throws when it was not taken: the job tries again later */
  send(message: MailMessage): Promise<void>;
}

const controlCharacters = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const oneAddress = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

/** How long a mail server may keep us waiting, in milliseconds. */
export interface MailPatience {
  /** To be connected, and again to be greeted. */
  greeting: number;
  /** Between any two words of it. */
  silence: number;
  /** For one message from first to last, so that a word now and then does not hold it for ever. */
  message: number;
}

const patience: MailPatience = { greeting: 10_000, silence: 20_000, message: 45_000 };

/**
 * Sends over SMTP, one message a connection.
 * @param url `smtp://` (STARTTLS where the server offers it; `?requireTLS=true` insists) or `smtps://`, with user and password
 * @param from whom the mail is from: an address, or `Name <address>`
 * @throws MailRefused when `from` is neither
 */
export function smtpMailer(
  url: string,
  from: string,
  { greeting, silence, message }: MailPatience = patience,
): Mailer {
  const transport = createTransport({
    url,
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: greeting,
    greetingTimeout: greeting,
    socketTimeout: silence,
  });
  const sender = senderOf(from);
  return {
    async send({ to, subject, text, html, messageId }) {
      refuseUnsafe({ to, subject, messageId }, to);
      await transport.sendMail({
        // Objects are taken as one address each; a string would be parsed as a list.
        from: sender,
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId,
        xMailer: false,
        headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no holiday answers to it
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(message),
      });
    },
  };
}

/** Keeps messages in the database, where the outbox page of the demo shows them. A second try of one notice changes nothing. */
export function outboxMailer(db: Db, clock: Clock): Mailer {
  return {
    async send({ noticeId, to, subject, text, html, messageId }) {
      refuseUnsafe({ to, subject, messageId }, to);
      await db.outboxMessage.createMany({
        data: [{ noticeId, to, subject, text, html, writtenAt: clock() }],
        skipDuplicates: true,
      });
    },
  };
}

function senderOf(from: string): { name: string; address: string } {
  const [, name = '', address = from] = /^([^<>]*)<([^<>]+)>$/.exec(from) ?? [];
  refuseUnsafe({ from }, address);
  return { name: name.trim(), address };
}

function refuseUnsafe(headers: Record<string, string>, address: string): void {
  for (const [name, value] of Object.entries(headers)) {
    if (controlCharacters.test(value))
      throw new MailRefused(`line breaks or control characters in "${name}"`);
  }
  if (!oneAddress.test(address)) throw new MailRefused('not one plain e-mail address');
}
