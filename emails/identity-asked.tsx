import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function IdentityAsked(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.identityAsked.title" body="mail.identityAsked.body" />;
}

IdentityAsked.PreviewProps = sampleNotice('identityAsked');
