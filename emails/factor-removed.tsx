import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function FactorRemoved(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.factorRemoved.title" body="mail.factorRemoved.body" />;
}

FactorRemoved.PreviewProps = sampleNotice('factorRemoved');
