import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function CalendarAddressEnded(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.calendarAddressEnded.title" body="mail.calendarAddressEnded.body" />
  );
}

CalendarAddressEnded.PreviewProps = sampleNotice('calendarAddressEnded');
