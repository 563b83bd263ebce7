/** Categories of Outlook are keywords; those that only mean something to programs (`$Forwarded`) are not shown, and stay. */
const isCategory = (keyword: string): boolean => !/^(?:\$|\\|NonJunk$|Junk$|NotJunk$)/i.test(keyword)

export function shownCategories(
  ofObject: Readonly<Record<string, true>> | undefined,
  keywords: readonly string[],
): string[] | undefined {
  const all = [...new Set([...Object.keys(ofObject ?? {}), ...keywords.filter(isCategory)])]
  return all.length === 0 ? undefined : all
}

/** The keywords of an item that is to have exactly these categories. */
export const withCategories = (keywords: readonly string[], categories: readonly string[]): string[] => [
  ...new Set([...keywords.filter((keyword) => !isCategory(keyword)), ...categories]),
]
