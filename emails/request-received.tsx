import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RequestReceived(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.requestReceived.title" body="mail.requestReceived.body" />;
}

RequestReceived.PreviewProps = sampleNotice('requestReceived');
