import { describe, expect, it } from 'vitest';
import { noticeKinds } from '#app/notices/notices.ts';
import { locales } from '#app/words/locales.ts';
import { renderNotice, type NoticeFacts } from './render-notice.server.ts';

const facts: NoticeFacts = {
  kind: 'answerReady',
  locale: 'en',
  facility: { name: 'Riverbend Imaging', phone: '555-0100' },
  reference: 'PV-7K3M',
  link: 'https://portal.example/requests/0190a000-0000-7000-8000-000000000001',
};
const cases = noticeKinds.flatMap((kind) => locales.map((locale) => ({ kind, locale })));

describe('renderNotice', () => {
  it.each(cases)('tells no more than that there is a message: $kind $locale', async ({ kind, locale }) => {
    const { subject, html, text } = await renderNotice({ ...facts, kind, locale });
    expect(subject).toBe(
      { en: 'You have a message from Riverbend Imaging', es: 'Tiene un mensaje de Riverbend Imaging' }[
        locale
      ],
    );
    expect(html).toMatch(new RegExp(`<html[^>]* lang="${locale}"`));
    expect([...html.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href)).toEqual([facts.link]);
    expect(html).not.toMatch(/\s(src|background|action)=|url\(/);
    expect(text).toContain(facts.link);
    expect(text).toContain('PV-7K3M');
    expect(text).not.toMatch(/\p{Lu}{4}/u);
    expect(text).toContain('555-0100');
  });

  it('shows in the preview only that one signs in to read', async () => {
    const { html } = await renderNotice(facts);
    const preview = /data-skip-in-text="true"[^>]*>([^<]*)/.exec(html)?.[1]?.replace(/<!-- -->/g, '');
    expect(preview).toBe('Sign in to read it.');
  });

  it('makes one line of a name with line breaks, and text of one with markup', async () => {
    const facility = { name: 'Riverbend\r\nBcc: eve@example.org\u2028<b>x</b>', phone: '555-0100' };
    const { subject, html } = await renderNotice({ ...facts, facility });
    expect(subject).toBe('You have a message from Riverbend Bcc: eve@example.org <b>x</b>');
    expect(html).not.toContain('<b>x</b>');
  });
});
