import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function OverdueDigest(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.overdueDigest.title" body="mail.overdueDigest.body" />;
}

OverdueDigest.PreviewProps = sampleNotice('overdueDigest');
