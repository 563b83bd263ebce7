import type { JunkRuleLists } from '#src/wire/ews/junk-rule.ts'

const number = (value: number): Buffer => {
  const octets = Buffer.alloc(4)
  octets.writeInt32LE(value)
  return octets
}
const all = (kind: 0 | 1, parts: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([kind]), number(parts.length), ...parts])
const and = (...parts: readonly Buffer[]) => all(0, parts)
const or = (...parts: readonly Buffer[]) => all(1, parts)
const not = (part: Buffer) => Buffer.concat([Buffer.from([2]), part])
const ofRecipients = (part: Buffer) => Buffer.concat([Buffer.from([9]), number(0x0e12000d), part])
const content = (tag: number, isWhole: boolean) => (text: string) =>
  Buffer.concat([
    Buffer.from([3, isWhole ? 0 : 1, 0, 1, 0]),
    number(tag),
    number(tag),
    Buffer.from(`${text}\0`, 'utf16le'),
  ])

const SENDER = 0x0c1f001f
const ADDRESS = 0x3003001f
const SCL = 0x40760003

/** The condition of the rule for junk mail, in the order in which Outlook and Exchange write it ([MS-OXCSPAM] §3.1.4.1). */
export function junkCondition({ blocked, safe, safeRecipients }: JunkRuleLists): Buffer {
  const isWhole = (entry: string) => entry.indexOf('@') > 0
  const isDomain = (entry: string) => !isWhole(entry)
  const senders = (list: readonly string[], whole: boolean) =>
    or(...list.filter(whole ? isWhole : isDomain).map(content(SENDER, whole)))
  const recipients = (whole: boolean) =>
    ofRecipients(or(...safeRecipients.filter(whole ? isWhole : isDomain).map(content(ADDRESS, whole))))
  const isSpam = and(
    Buffer.concat([Buffer.from([8]), number(SCL)]),
    Buffer.concat([Buffer.from([4, 2]), number(SCL), number(SCL), number(-1)]),
  )
  const condition = and(
    or(
      senders(blocked, true),
      and(or(isSpam, senders(blocked, false)), not(or(senders(safe, false), recipients(false)))),
    ),
    not(or(senders(safe, true), recipients(true), or())),
  )
  return Buffer.concat([Buffer.from([0, 0]), condition])
}
