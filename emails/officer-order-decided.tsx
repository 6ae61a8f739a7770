import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function OfficerOrderDecided(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.officerOrderDecided.title" body="mail.officerOrderDecided.body" />
  );
}

OfficerOrderDecided.PreviewProps = sampleNotice('officerOrderDecided');
