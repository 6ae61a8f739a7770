import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function LastDayTold(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.lastDayTold.title" body="mail.lastDayTold.body" />;
}

LastDayTold.PreviewProps = sampleNotice('lastDayTold');
