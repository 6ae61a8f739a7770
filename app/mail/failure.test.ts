import { describe, expect, it } from 'vitest';
import { failureOf, MailRefused } from './failure.ts';

const smtp = (responseCode: number, command: string, response: string) =>
  Object.assign(new Error(response), { responseCode, command, response });

describe('failureOf', () => {
  it.each([
    [550, 'RCPT TO', true],
    [554, 'DATA', true],
    [450, 'RCPT TO', false],
    [451, 'DATA', false],
    // About our own account with the server, not about this letter.
    [535, 'AUTH PLAIN', false],
    [553, 'MAIL FROM', false],
    [554, 'CONN', false],
  ])('%s to %s is final: %s', (code, command, permanent) => {
    expect(failureOf(smtp(code, command, `${code} words`), [])).toEqual({ said: `${code} words`, permanent });
  });

  it.each([
    ['ETIMEDOUT', 'noAnswer'],
    ['EABORT', 'noAnswer'],
    ['ECONNREFUSED', 'unreachable'],
    ['ECONNECTION', 'brokenOff'],
    ['ESOCKET', 'brokenOff'],
    ['EMESSAGE', 'notWritten'],
  ])('says in words of our own what no server said: %s', (code, said) => {
    expect(failureOf(Object.assign(new Error('x'), { code }), [])).toEqual({ said, permanent: false });
  });

  it('gives up an address that is none', () => {
    expect(failureOf(new MailRefused('x'), [])).toEqual({ said: 'badAddress', permanent: true });
  });

  it('keeps the server’s words without address, code, link and line breaks, and not without end', () => {
    const said = (words: string) =>
      failureOf(smtp(550, 'RCPT TO', words), ['ana@example.org', 'ana', '7K3M-9QXZ']).said;
    expect(said('550 5.1.1 <ana@example.org>: Recipient address rejected')).toBe(
      '550 5.1.1 <…>: Recipient address rejected',
    );
    expect(said('550 no mailbox ANA@EXAMPLE.ORG\r\n550 see https://mail.example/help?id=ana')).toBe(
      '550 no mailbox … 550 see …',
    );
    expect(said('554 refused: code 7K3M-9QXZ')).toBe('554 refused: code …');
    expect(said(`550 ${'x'.repeat(5_000)}`)).toHaveLength(200);
  });
});
