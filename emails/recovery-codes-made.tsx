import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function RecoveryCodesMade(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.recoveryCodesMade.title" body="mail.recoveryCodesMade.body" />;
}

RecoveryCodesMade.PreviewProps = sampleNotice('recoveryCodesMade');
