import { createElement } from 'react';
import { render, toPlainText } from '@react-email/render';
import AnswerReady from '#emails/answer-ready.tsx';
import type { NoticeProps } from '#emails/notice-letter.tsx';
import RequestReceived from '#emails/request-received.tsx';
import type { NoticeKind } from '#app/notices/notices.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface NoticeFacts {
  kind: NoticeKind;
  locale: Locale;
  facility: { name: string; phone: string };
  /** The request's number. It says nothing of what was asked. */
  reference: string;
  /** Where the one link goes: a page that asks to sign in. */
  link: string;
}

const templates: Partial<Record<NoticeKind, (props: NoticeProps) => JSX.Element>> = {
  requestReceived: RequestReceived,
  answerReady: AnswerReady,
};

// No capitals for headings: they are harder to read, and some screen readers spell them.
const plainText = { wordwrap: 78, selectors: [{ selector: 'h1', options: { uppercase: false } }] };

/** A notice as subject, HTML and plain text in one language. No health facts, no company, no kind of request. */
export async function renderNotice({
  kind,
  locale,
  facility,
  reference,
  link,
}: NoticeFacts): Promise<{ subject: string; text: string; html: string }> {
  const words = wordsFor(locale);
  const name = oneLine(facility.name);
  const props = { words, locale, facility: { name, phone: oneLine(facility.phone) }, reference, link };
  const template = templates[kind];
  if (!template) throw new Error(`there is no letter for the notice ${kind} yet`);
  const html = await render(createElement(template, props));
  return {
    subject: words('mail.subject', { facility: name }),
    html,
    text: toPlainText(html, plainText),
  };
}

/** A name that somebody typed, fit for a header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
