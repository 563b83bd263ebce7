import { twins, twinValue } from '#src/wire/ews/model/twins.ts'
import type { FieldTable } from './field.ts'

const names = new Set(Object.values(twins).flatMap((one) => Object.keys(one)))

/** Properties that are kept as the MAPI property they are. */
export const twinFields: FieldTable = Object.fromEntries(
  [...names].map((name) => [
    name,
    {
      in: 'Default' as const,
      read: (view) => {
        const twin = twins[view.item.class]?.[name]
        return twin && twinValue(twin, view.property(twin.key))
      },
    },
  ]),
)
