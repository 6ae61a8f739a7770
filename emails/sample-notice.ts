import { isAboutRequest, notices, pathOfNotice, type NoticeKind } from '#app/notices/notices.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { NoticeProps } from './notice-letter.tsx';

const noRequest = '00000000-0000-7000-8000-000000000000';

/** What the preview (`npm run email:preview`) and react-email's own viewer show of a letter: made-up facts. */
export function sampleNotice(kind: NoticeKind, locale: Locale = 'en'): NoticeProps {
  const { letter } = notices[kind];
  const words = wordsFor(locale);
  const path = pathOfNotice(kind, noRequest);
  const when = locale === 'en' ? 'May 14, 2027 at 9:05 AM EDT' : '14 de mayo de 2027, 9:05 a.m. EDT';
  return {
    words,
    locale,
    letter,
    subject: 'Riverbend Imaging',
    facility: { name: 'Riverbend Imaging', phone: '555-0100' },
    reference: isAboutRequest(kind) ? 'PV-7K3M' : null,
    link: letter === 'company' ? 'http://localhost:3000/notices/…' : path && `http://localhost:3000${path}`,
    when,
    code: letter === 'code' ? '7K3M-9QXZ' : null,
    due:
      kind === 'deadlineReminder'
        ? words('mail.due.lawLeft', {
            date: locale === 'en' ? 'Friday, May 14, 2027' : 'viernes, 14 de mayo de 2027',
            days: 3,
          })
        : null,
    told:
      kind === 'keyChanged'
        ? words('mail.key.rotated', { name: 'Export gateway', who: 'Amara Diallo', when })
        : kind === 'vendorSecretChanged'
          ? words('mail.vendorSecret.made', { who: 'Amara Diallo', when })
          : null,
  };
}
