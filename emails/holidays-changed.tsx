import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function HolidaysChanged(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.holidaysChanged.title" body="mail.holidaysChanged.body" />;
}

HolidaysChanged.PreviewProps = sampleNotice('holidaysChanged');
