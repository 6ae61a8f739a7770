import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function VendorSilent(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.vendorSilent.title" body="mail.vendorSilent.body" />;
}

VendorSilent.PreviewProps = sampleNotice('vendorSilent');
