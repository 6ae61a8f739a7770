import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function FactorAdded(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.factorAdded.title" body="mail.factorAdded.body" />;
}

FactorAdded.PreviewProps = sampleNotice('factorAdded');
