/** The emoji that the picker shows before the rest has loaded, and those that the widget has. */
export const firstEmoji = [
  ...['😀', '😄', '😅', '😊', '😍', '🥰', '😎', '🤔', '😴', '😭', '😡', '🤯', '🥳', '😇', '🙃', '😬'],
  ...['👋', '👏', '🙌', '💪', '🤝', '👌', '✌️', '🤞', '🫶', '💡', '🔥', '⭐️', '💯', '☕️', '🌱', '🐛'],
];

/** What somebody who has not used any yet may often use. */
export const oftenUsed = ['👍', '❤️', '😂', '🎉', '🙏', '🚀', '👀', '✅'];
