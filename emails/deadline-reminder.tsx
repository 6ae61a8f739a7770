import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function DeadlineReminder(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.deadlineReminder.title" body="mail.deadlineReminder.body" />;
}

DeadlineReminder.PreviewProps = sampleNotice('deadlineReminder');
