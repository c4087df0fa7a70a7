/** A reference for one text: it stays the same while one text is tried again. */
export const newRef = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}${Math.random().toString(36).slice(2, 12)}`;
