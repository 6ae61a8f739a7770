import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function AccountChanged(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.accountChanged.title" body="mail.accountChanged.body" />;
}

AccountChanged.PreviewProps = sampleNotice('accountChanged');
