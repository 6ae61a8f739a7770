import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function VendorSecretChanged(props: NoticeProps) {
  return (
    <NoticeLetter {...props} title="mail.vendorSecretChanged.title" body="mail.vendorSecretChanged.body" />
  );
}

VendorSecretChanged.PreviewProps = sampleNotice('vendorSecretChanged');
