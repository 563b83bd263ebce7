/** Properties of an item of a PST, as tests write them down. */
import type { StoredMessage } from '#connectors/pst/stored-message.ts'
import { PropertyBag, type PropertyValue } from '#src/formats/tnef/property.ts'

/** Property sets (MS-OXPROPS §1.3.2). */
export const APPOINTMENT = '00062002-0000-0000-c000-000000000046'
export const COMMON = '00062008-0000-0000-c000-000000000046'
export const TASK = '00062003-0000-0000-c000-000000000046'

/** With `set` a named property, without a tagged one. */
export type Given = readonly [id: number, value: PropertyValue, set?: string]

export function bag(...properties: readonly Given[]): PropertyBag {
  const made = new PropertyBag()
  for (const [id, value, set] of properties)
    made.add({ id, type: 0, ...(set !== undefined && { name: { set, id } }), values: [value] })
  return made
}

export const stored = (of: PropertyBag, recipients: PropertyBag[] = []): StoredMessage => ({
  ...{ bag: of, codepage: 1252, nodes: new Map(), subnodes: new Map(), recipients, attachments: [] },
})
