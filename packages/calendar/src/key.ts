/** Which calendar it is, beyond one account's own name for it: another account has a `primary` too. */

export const calendarKey = (account: string, calendar: string): string => `${encodeURIComponent(account)}/${calendar}`;
/** The calendar by its account's name for it. */
export const calendarIn = (key: string): string => key.slice(key.indexOf("/") + 1);
export const isOf = (key: string, account: string): boolean => key.startsWith(`${encodeURIComponent(account)}/`);
