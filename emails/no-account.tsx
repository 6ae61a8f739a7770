import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function NoAccount(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.noAccount.title" body="mail.noAccount.body" />;
}

NoAccount.PreviewProps = sampleNotice('noAccount');
