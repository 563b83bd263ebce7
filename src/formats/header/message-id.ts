import { stripComments } from './comments.ts'

/** A thread needs its root and its latest messages; what lies between adds nothing after this many. */
export const MOST_MESSAGE_IDS = 200

/**
 * The message ids of a Message-ID, In-Reply-To or References value, with their angle brackets, in order, each once.
 * Text between them (obsolete In-Reply-To phrases) is skipped; blanks inside an id are taken out. Never fails.
 */
export function parseMessageIds(value: string): string[] {
  const ids = new Set<string>()
  for (const match of stripComments(value).matchAll(/<([^<>]{1,998})>/g)) {
    const id = match[1]!.replace(/\s+/g, '')
    if (id !== '') ids.add(`<${id}>`)
  }
  const all = [...ids]
  return all.length <= MOST_MESSAGE_IDS ? all : [all[0]!, ...all.slice(1 - MOST_MESSAGE_IDS)]
}
