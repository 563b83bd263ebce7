import {
  fullDefinition,
  idOfZone,
  serverZones,
  shortDefinition,
  zoneNamed,
} from '#src/wire/ews/model/time-zones.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetServerTimeZones: by Windows ids; rules are those of this year. */
export const getServerTimeZones = operation({
  name: 'GetServerTimeZones',
  run: (call, { Ids, ReturnFullTimeZoneData = true }) =>
    single(call, 'GetServerTimeZones', async () => {
      const year = new Date(call.services.now()).getUTCFullYear()
      const define = ReturnFullTimeZoneData ? fullDefinition : shortDefinition
      const definitions = (Ids ?? serverZones).flatMap((id) => {
        const zone = zoneNamed(id)
        // One zone may stand for several Windows ids: the answer has the one that was asked for.
        return zone === undefined ? [] : renamed(define(zone, year), idOfZone(zone), id)
      })
      return { TimeZoneDefinitions: definitions }
    }),
})

function renamed<T extends object>(definition: T, from: string, to: string): T {
  return from === to
    ? definition
    : (JSON.parse(JSON.stringify(definition).replaceAll(JSON.stringify(from).slice(1, -1), to)) as T)
}
