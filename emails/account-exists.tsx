import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function AccountExists(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.accountExists.title" body="mail.accountExists.body" />;
}

AccountExists.PreviewProps = sampleNotice('accountExists');
