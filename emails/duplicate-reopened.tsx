import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function DuplicateReopened(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.duplicateReopened.title" body="mail.duplicateReopened.body" />;
}

DuplicateReopened.PreviewProps = sampleNotice('duplicateReopened');
