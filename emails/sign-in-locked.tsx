import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function SignInLocked(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.signInLocked.title" body="mail.signInLocked.body" />;
}

SignInLocked.PreviewProps = sampleNotice('signInLocked');
