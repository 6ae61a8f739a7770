import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function SourceSilent(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.sourceSilent.title" body="mail.sourceSilent.body" />;
}

SourceSilent.PreviewProps = sampleNotice('sourceSilent');
