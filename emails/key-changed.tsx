import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function KeyChanged(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.keyChanged.title" body="mail.keyChanged.body" />;
}

KeyChanged.PreviewProps = sampleNotice('keyChanged');
