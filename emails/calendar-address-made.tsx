import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function CalendarAddressMade(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.calendarAddressMade.title" body="mail.calendarAddressMade.body" />
  );
}

CalendarAddressMade.PreviewProps = sampleNotice('calendarAddressMade');
