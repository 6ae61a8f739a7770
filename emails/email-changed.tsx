import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function EmailChanged(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.emailChanged.title" body="mail.emailChanged.body" />;
}

EmailChanged.PreviewProps = sampleNotice('emailChanged');
