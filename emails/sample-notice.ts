import { notices, type NoticeKind } from '#app/notices/notices.ts';
import { wordsFor } from '#app/words/words.ts';
import type { NoticeProps } from './notice-letter.tsx';

/** What the preview (`npm run email:preview`) shows of a letter: made-up facts. */
export function sampleNotice(kind: NoticeKind): NoticeProps {
  const { opens, letter } = notices[kind];
  const path = opens === 'request' ? '/requests/00000000-0000-7000-8000-000000000000' : opens;
  return {
    words: wordsFor('en'),
    locale: 'en',
    letter,
    subject: 'Riverbend Imaging',
    facility: { name: 'Riverbend Imaging', phone: '555-0100' },
    reference: opens === 'request' ? 'PV-7K3M' : null,
    link: path && `http://localhost:3000${path}`,
    when: 'May 14, 2027 at 9:05 AM EDT',
    code: letter === 'code' ? '7K3M-9QXZ' : null,
  };
}
