import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RepresentativeDecided(props: NoticeProps) {
  return (
    <NoticeLetter
      {...props}
      title="mail.representativeDecided.title"
      body="mail.representativeDecided.body"
    />
  );
}

RepresentativeDecided.PreviewProps = sampleNotice('representativeDecided');
