import { wordsFor } from '#app/words/words.ts';
import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';

export default function RequestReceived(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.requestReceived.title" body="mail.requestReceived.body" />;
}

RequestReceived.PreviewProps = {
  words: wordsFor('en'),
  locale: 'en',
  facility: { name: 'Riverbend Imaging', phone: '555-0100' },
  reference: 'PV-7K3M',
  link: 'http://localhost:3000/requests/00000000-0000-7000-8000-000000000000',
} satisfies NoticeProps;
