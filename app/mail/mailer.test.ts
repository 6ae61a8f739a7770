import { describe, expect, it } from 'vitest';
import { MailRefused } from './failure.ts';
import { smtpMailer, type MailMessage } from './mailer.server.ts';

const message: MailMessage = {
  to: 'ana@example.org',
  subject: 'You have a message from Riverbend Imaging',
  text: 'text',
  html: '<p>text</p>',
  messageId: '<notice.1@portal.example>',
  noticeId: '0190a000-0000-7000-8000-000000000001',
};

describe('smtpMailer', () => {
  const mailer = smtpMailer('smtp://127.0.0.1:9', 'privacy@riverbend.example');

  it.each([
    ['a line break in the address', { to: 'ana@example.org\r\nBcc: eve@example.org' }],
    ['two addresses', { to: 'ana@example.org, eve@example.org' }],
    ['an address with a name', { to: 'Ana <ana@example.org>' }],
    ['a line break in the subject', { subject: 'Hello\r\nBcc: eve@example.org' }],
    ['a lone line feed in the subject', { subject: 'Hello\nBcc: eve@example.org' }],
    ['a line break in the message id', { messageId: '<1>\r\nBcc: eve@example.org' }],
  ])('refuses %s before it connects', async (_, over) => {
    await expect(mailer.send({ ...message, ...over })).rejects.toThrow(MailRefused);
  });

  it.each(['', 'Riverbend', 'a@b.example, c@d.example', 'Riverbend\r\n <a@b.example>'])(
    'refuses a sender that is not one address: %j',
    (from) => {
      expect(() => smtpMailer('smtp://127.0.0.1:9', from)).toThrow(MailRefused);
    },
  );
});
