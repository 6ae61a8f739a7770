import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function NewDevice(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.newDevice.title" body="mail.newDevice.body" />;
}

NewDevice.PreviewProps = sampleNotice('newDevice');
