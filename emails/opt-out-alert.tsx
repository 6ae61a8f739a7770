import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function OptOutAlert(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.optOutAlert.title" body="mail.optOutAlert.body" />;
}

OptOutAlert.PreviewProps = sampleNotice('optOutAlert');
