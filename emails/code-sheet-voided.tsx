import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function CodeSheetVoided(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.codeSheetVoided.title" body="mail.codeSheetVoided.body" />;
}

CodeSheetVoided.PreviewProps = sampleNotice('codeSheetVoided');
