import { BriefText, NoticeBox } from './notice-box.tsx';

const notice = new BriefText(null);

/** Says over the page why something did not work, where nothing else has a place for it; null takes it away. */
export function showNotice(text: string | null): void {
  notice.set(text);
}

export function Notice() {
  return <NoticeBox notice={notice} />;
}
