/** A sentence with its full stop, for another to follow: words of systems and servers come without. */
export const inFull = (sentence: string): string => {
  const text = sentence.trimEnd()
  return text === '' || /[.!?…:;]["')\u201d]?$/.test(text) ? text : `${text}.`
}
