/** A reference for one text: it stays the same while one text is tried again. */
export const newRef = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}${Math.random().toString(36).slice(2, 12)}`;

/** The id of something new, as a UUID (RFC 9562, version 4). It only has to differ from the others of the account. */
export const newId = (): string =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
