import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function ClosedRecordOpened(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.closedRecordOpened.title" body="mail.closedRecordOpened.body" />
  );
}

ClosedRecordOpened.PreviewProps = sampleNotice('closedRecordOpened');
