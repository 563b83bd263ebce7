import { twins, twinValue } from '#src/wire/ews/model/twins.ts'
import type { EnhancedLocationType } from '#src/wire/ews/schema-types.ts'
import { locationOf } from '../calendar/show-event.ts'
import type { ItemView } from '../item-view.ts'
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
        const value = twin && twinValue(twin, view.property(twin.key))
        return name === 'EnhancedLocation' && isElsewhere(view, value) ? undefined : value
      },
    },
  ]),
)

/** Whoever said since in one line where an event is, of an occurrence too and by whatever protocol, said nothing else of the place. */
const isElsewhere = ({ object }: ItemView, place: unknown): boolean =>
  object !== undefined &&
  (locationOf(object) ?? '') !== ((place as EnhancedLocationType | undefined)?.DisplayName ?? '')
