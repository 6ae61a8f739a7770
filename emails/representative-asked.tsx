import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RepresentativeAsked(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.representativeAsked.title" body="mail.representativeAsked.body" />
  );
}

RepresentativeAsked.PreviewProps = sampleNotice('representativeAsked');
