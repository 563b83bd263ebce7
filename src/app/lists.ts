/** A setting that lists things, separated by commas. */
export const listOf = (text: string): string[] =>
  text === '' ? [] : text.split(',').map((each) => each.trim())
