import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function MailDead(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.mailDead.title" body="mail.mailDead.body" />;
}

MailDead.PreviewProps = sampleNotice('mailDead');
