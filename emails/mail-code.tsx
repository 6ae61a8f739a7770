import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function MailCode(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.mailCode.title" body="mail.mailCode.body" />;
}

MailCode.PreviewProps = sampleNotice('mailCode');
