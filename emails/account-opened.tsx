import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function AccountOpened(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.accountOpened.title" body="mail.accountOpened.body" />;
}

AccountOpened.PreviewProps = sampleNotice('accountOpened');
