import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RequestAcknowledged(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.requestAcknowledged.title" body="mail.requestAcknowledged.body" />
  );
}

RequestAcknowledged.PreviewProps = sampleNotice('requestAcknowledged');
