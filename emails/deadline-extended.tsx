import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function DeadlineExtended(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.deadlineExtended.title" body="mail.deadlineExtended.body" />;
}

DeadlineExtended.PreviewProps = sampleNotice('deadlineExtended');
