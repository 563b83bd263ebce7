/** A word as a POSIX shell takes it for one: as it is where nothing in it means something to a shell, else in single quotes. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
