import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function MessageReceived(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.messageReceived.title" body="mail.messageReceived.body" />;
}

MessageReceived.PreviewProps = sampleNotice('messageReceived');
