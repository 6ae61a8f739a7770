import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function CodeSheetIssued(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.codeSheetIssued.title" body="mail.codeSheetIssued.body" />;
}

CodeSheetIssued.PreviewProps = sampleNotice('codeSheetIssued');
