import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function OfficerOrderAsked(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.officerOrderAsked.title" body="mail.officerOrderAsked.body" />;
}

OfficerOrderAsked.PreviewProps = sampleNotice('officerOrderAsked');
