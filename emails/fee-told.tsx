import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function FeeTold(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.feeTold.title" body="mail.feeTold.body" />;
}

FeeTold.PreviewProps = sampleNotice('feeTold');
