import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RequestIsDuplicate(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.requestIsDuplicate.title" body="mail.requestIsDuplicate.body" />
  );
}

RequestIsDuplicate.PreviewProps = sampleNotice('requestIsDuplicate');
