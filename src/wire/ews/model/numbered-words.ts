/** Importance and sensitivity, which MAPI says by number (MS-OXCMSG §2.2.1). */

export const IMPORTANCE_KEY = '0x0017:Integer'
export const SENSITIVITY_KEY = '0x0036:Integer'
export const importances = ['Low', 'Normal', 'High'] as const
export const sensitivities = ['Normal', 'Personal', 'Private', 'Confidential'] as const

type Extended = Readonly<Record<string, string | readonly string[] | null>>

/** What extended properties say of both, as values by name: DavMail and others set them by tag. */
export function numberedWords(extended: Extended): Record<string, string | null> {
  const said: Record<string, string | null> = {}
  const put = (name: string, key: string, words: readonly string[]) => {
    if (!Object.hasOwn(extended, key)) return
    const kept = extended[key]
    said[name] = kept === null ? null : (words[Number(kept)] ?? 'Normal')
  }
  put('Importance', IMPORTANCE_KEY, importances)
  put('Sensitivity', SENSITIVITY_KEY, sensitivities)
  return said
}
