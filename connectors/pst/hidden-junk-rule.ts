import { type JunkRuleLists, parseJunkRule } from '#src/wire/ews/junk-rule.ts'
import type { HiddenItem } from './hidden-configurations.ts'
import { readProperties } from './properties.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile } from './pst-file.ts'

/** PidTagRuleMessageState, PidTagRuleMessageProvider, PidTagExtendedRuleMessageCondition ([MS-OXORULE] §2.2.4.1). */
const STATE = 0x65e9
const PROVIDER = 0x65eb
const CONDITION = 0x0e9a
const ENABLED = 0x1
/** As many octets as Exchange keeps of one rule. */
const MOST = 2 * 1024 * 1024

/** The lists of senders in a rule of an inbox that is that for junk mail, and switched on; undefined for another one. SyntaxFault. */
export async function readJunkRule(
  file: PstFile,
  names: PropertyNames,
  { id, messageClass }: HiddenItem,
): Promise<JunkRuleLists | undefined> {
  if (messageClass.toLowerCase() !== 'ipm.extendedrule.message') return undefined
  const { bag, nodes } = await readProperties(file, await file.getNode(id), names, new Set([CONDITION]))
  if (bag.text(PROVIDER)?.toLowerCase() !== 'junkemailrule') return undefined
  if (((bag.number(STATE) ?? ENABLED) & ENABLED) === 0) return undefined
  const node = nodes.get(CONDITION)
  if (node !== undefined && (await file.sizeOf(node.data)) > MOST) return undefined
  const octets = node === undefined ? bag.bytes(CONDITION) : await file.whole(node.data)
  return octets && parseJunkRule(octets)
}
