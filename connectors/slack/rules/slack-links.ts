/** Addresses that open for those inside a workspace alone; what Slack shows to everybody is no such. */
const INSIDE =
  /\bslack:\/\/|(?<![\w@-])(?:(?!(?:www|api|status|help)\.)[\w-]+\.){1,5}slack(?:-gov)?\.com(?![\w-])|\bslack(?:-gov)?\.com\/(?:archives|client|files|messages|team|canvas|docs|lists|app_redirect)\b|\bslack-files\.com\//iu;

/** Whoever is not in the workspace cannot open it. */
export const linksIntoSlack = (text: string) => INSIDE.test(text);
