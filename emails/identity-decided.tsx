import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function IdentityDecided(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.identityDecided.title" body="mail.identityDecided.body" />;
}

IdentityDecided.PreviewProps = sampleNotice('identityDecided');
