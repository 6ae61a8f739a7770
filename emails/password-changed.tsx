import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function PasswordChanged(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.passwordChanged.title" body="mail.passwordChanged.body" />;
}

PasswordChanged.PreviewProps = sampleNotice('passwordChanged');
