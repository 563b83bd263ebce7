import type { AnyElement } from '../xml/any-element.ts'

/** Whoever gets a message first. */
const NEXT = 'http://schemas.xmlsoap.org/soap/actor/next'

/** Whether a header block is for who gets the message, and the message not to be acted on without it (SOAP 1.1 §4.2.2, §4.2.3). */
export function mustBeUnderstood({ attributes }: AnyElement): boolean {
  const actor = attributes.get('actor')?.trim() ?? ''
  const demanded = attributes.get('mustUnderstand')?.trim()
  return (demanded === '1' || demanded === 'true') && (actor === '' || actor === NEXT)
}
