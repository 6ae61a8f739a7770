import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function VendorNotice(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.vendorNotice.title" body="mail.vendorNotice.body" />;
}

VendorNotice.PreviewProps = sampleNotice('vendorNotice');
