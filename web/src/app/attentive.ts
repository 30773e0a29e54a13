/** Returns whether the viewer sees the page, and works in it. */
export function isAttentive(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
