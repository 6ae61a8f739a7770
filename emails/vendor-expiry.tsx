import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function VendorExpiry(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.vendorExpiry.title" body="mail.vendorExpiry.body" />;
}

VendorExpiry.PreviewProps = sampleNotice('vendorExpiry');
