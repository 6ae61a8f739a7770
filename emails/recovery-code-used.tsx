import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RecoveryCodeUsed(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.recoveryCodeUsed.title" body="mail.recoveryCodeUsed.body" />;
}

RecoveryCodeUsed.PreviewProps = sampleNotice('recoveryCodeUsed');
