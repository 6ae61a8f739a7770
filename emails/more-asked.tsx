import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function MoreAsked(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.moreAsked.title" body="mail.moreAsked.body" />;
}

MoreAsked.PreviewProps = sampleNotice('moreAsked');
