import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RequestReopened(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.requestReopened.title" body="mail.requestReopened.body" />;
}

RequestReopened.PreviewProps = sampleNotice('requestReopened');
