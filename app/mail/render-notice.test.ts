import { describe, expect, it } from 'vitest';
import { isAboutRequest, noticeKinds, notices, pathOfNotice } from '#app/notices/notices.ts';
import { locales } from '#app/words/locales.ts';
import { renderNotice, type NoticeFacts } from './render-notice.server.ts';

const code = '7K3M-9QXZ';
const due = 'Last day by law: Friday, May 14, 2027. 3 days are left.';
const when = 'May 14, 2027 at 9:05 AM PDT';

function factsOf(kind: NoticeFacts['kind']): NoticeFacts {
  const { letter } = notices[kind];
  const path = pathOfNotice(kind, '0190a000-0000-7000-8000-000000000001');
  return {
    kind,
    locale: 'en',
    facility: { name: 'Riverbend Imaging', phone: '555-0100' },
    reference: isAboutRequest(kind) ? 'PV-7K3M' : null,
    link: path && `https://portal.example${path}`,
    when,
    code: letter === 'code' ? code : null,
    told: null,
    due: kind === 'deadlineReminder' ? due : null,
  };
}
const facts = factsOf('answerReady');
const cases = noticeKinds.flatMap((kind) => locales.map((locale) => ({ kind, locale })));

const subjects = {
  message: { en: 'You have a message from Riverbend Imaging', es: 'Tiene un mensaje de Riverbend Imaging' },
  address: { en: 'You have a message from Riverbend Imaging', es: 'Tiene un mensaje de Riverbend Imaging' },
  account: {
    en: 'Something changed in your account at Riverbend Imaging',
    es: 'Algo cambió en su cuenta de Riverbend Imaging',
  },
  work: {
    en: 'There is work for you at Riverbend Imaging',
    es: 'Hay trabajo para usted en Riverbend Imaging',
  },
  company: { en: 'A notice from Riverbend Imaging', es: 'Un aviso de Riverbend Imaging' },
  code: { en: 'Your code from Riverbend Imaging', es: 'Su código de Riverbend Imaging' },
};

describe('renderNotice', () => {
  it.each(cases)('tells no more than that there is something: $kind $locale', async ({ kind, locale }) => {
    const of = factsOf(kind);
    const { letter } = notices[kind];
    const { subject, html, text } = await renderNotice({ ...of, locale });
    expect(subject).toBe(subjects[letter][locale]);
    expect(subject.length).toBeLessThan(80);
    for (const part of [subject, html, text]) expect(part).not.toMatch(/\{\p{L}+[},]|mail\.\p{L}/u);
    expect(html).toMatch(new RegExp(`<html[^>]* lang="${locale}"`));
    const links = [...html.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual(of.link === null ? [] : [of.link]);
    for (const link of links) expect(new URL(link ?? '').origin).toBe('https://portal.example');
    expect([...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link)).toEqual(links);
    expect(html).not.toMatch(/\s(src|background|action)=|url\(/);
    if (of.reference) expect(text).toContain(of.reference);
    if (letter !== 'code') expect(text).not.toMatch(/\p{Lu}{4}/u);
    // Whoever works at the facility does not have to call it.
    expect(text.includes('555-0100')).toBe(letter !== 'work');
    expect(text.includes(due)).toBe(kind === 'deadlineReminder');
    expect(text.includes(code)).toBe(letter === 'code');
    // What changed in an account says when, and whom to call.
    expect(text.includes(when)).toBe(letter === 'account');
    // Subject, preview and letter are free of what a record says.
    for (const part of [subject, html, text])
      expect(part).not.toMatch(
        /\bopt-?out|accounting|disclos|divulg|Lumen|\bscans?\b|estudio|\bimages?\b|imágenes|\bAI\b|\bIA\b|research|investigación/i,
      );
  });

  it.each(cases)('says the same as HTML and as plain text: $kind $locale', async ({ kind, locale }) => {
    const { html, text } = await renderNotice({ ...factsOf(kind), locale });
    const spoken = html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<div[^>]*data-skip-in-text="true".*?<\/div>(?=<!--\/\$-->|<table|\s)/s, '')
      .replace(/<!--.*?-->/gs, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&#x27;/g, "'")
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, '&');
    const plain = text.replace(/https?:\/\/\S+|-{5,}/g, ' ');
    const wordsOf = (part: string) => part.match(/[\p{L}\p{N}()@.:-]+/gu)?.join(' ');
    expect(wordsOf(plain)).toBe(wordsOf(spoken));
    expect(wordsOf(plain)?.length).toBeGreaterThan(150);
  });

  it.each([
    ['answerReady', 'Sign in to read it.'],
    ['passwordChanged', 'Please check that it was you.'],
    ['deadlineReminder', 'Sign in to see it.'],
    ['mailCode', 'Open this email to see it.'],
  ] as const)('shows in the preview of %s nothing of the letter', async (kind, words) => {
    const { html } = await renderNotice(factsOf(kind));
    const preview = /data-skip-in-text="true"[^>]*>([^<]*)/.exec(html)?.[1]?.replace(/<!-- -->/g, '');
    expect(preview).toBe(words);
  });

  it('makes one line of a name with line breaks, and text of one with markup', async () => {
    const facility = { name: 'Riverbend\r\nBcc: eve@example.org\u2028<b>x</b>', phone: '555-0100' };
    const { subject, html } = await renderNotice({ ...facts, facility });
    expect(subject).toBe('You have a message from Riverbend Bcc: eve@example.org <b>x</b>');
    expect(html).not.toContain('<b>x</b>');
  });
});
