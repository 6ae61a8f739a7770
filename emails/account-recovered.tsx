import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function AccountRecovered(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.accountRecovered.title" body="mail.accountRecovered.body" />;
}

AccountRecovered.PreviewProps = sampleNotice('accountRecovered');
