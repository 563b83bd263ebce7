import { parseDuration } from '../jscalendar/duration.ts'
import type { Alert } from '../jscalendar/event.ts'
import { type Component, propertyOf } from './component.ts'
import { type ContentLine, paramOf } from './content-line.ts'
import { formatIcalTime, parseIcalTime } from './values.ts'

/** Reads VALARM; undefined for what is no alert of ours (sounds, procedures), which is then kept as it stood. */
export function parseAlarm(alarm: Component): Alert | undefined {
  const action = propertyOf(alarm, 'ACTION')?.value.trim().toUpperCase() ?? 'DISPLAY'
  const trigger = propertyOf(alarm, 'TRIGGER')
  if ((action !== 'DISPLAY' && action !== 'EMAIL') || trigger === undefined) return undefined
  const plain = new Set(['ACTION', 'TRIGGER', 'ACKNOWLEDGED', 'UID', 'X-WR-ALARMUID'])
  // A text of its own, attendees or repetitions: more than an alert can say.
  const said = alarm.properties.filter(({ name, value }) => !plain.has(name) && !isReminder(name, value))
  if (said.length > 0 || alarm.components.length > 0) return undefined
  const at = parseIcalTime(trigger.value)
  const acknowledged = parseIcalTime(propertyOf(alarm, 'ACKNOWLEDGED')?.value ?? '')
  const common = {
    ...(action === 'EMAIL' && { action: 'email' as const }),
    ...(acknowledged && { acknowledged: utcText(acknowledged.localMs) }),
  }
  if (at !== undefined) return at.isUtc ? { ...common, trigger: { when: utcText(at.localMs) } } : undefined
  if (parseDuration(trigger.value) === undefined) return undefined
  const end = paramOf(trigger, 'RELATED')?.toUpperCase() === 'END'
  return { ...common, trigger: { offset: trigger.value.trim(), ...(end && { relativeTo: 'end' as const }) } }
}

/** What programs write because RFC 5545 wants a DESCRIPTION: Outlook's word, or none. */
const isReminder = (name: string, value: string): boolean =>
  name === 'DESCRIPTION' && /^(reminder|alarm|event reminder|this is an event reminder)?$/i.test(value.trim())

const utcText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const line = (name: string, value: string, params: ContentLine['params'] = []): ContentLine => ({
  name,
  params,
  value,
})

export function formatAlarm({ trigger, action, acknowledged }: Alert): Component {
  const properties = [
    line('ACTION', action === 'email' ? 'EMAIL' : 'DISPLAY'),
    line('DESCRIPTION', 'Reminder'),
  ]
  if ('when' in trigger) {
    properties.push(line('TRIGGER', icalUtc(trigger.when), [{ name: 'VALUE', values: ['DATE-TIME'] }]))
  } else {
    const related = trigger.relativeTo === 'end' ? [{ name: 'RELATED', values: ['END'] }] : []
    properties.push(line('TRIGGER', trigger.offset, related))
  }
  if (acknowledged !== undefined) properties.push(line('ACKNOWLEDGED', icalUtc(acknowledged)))
  return { name: 'VALARM', properties, components: [] }
}

const icalUtc = (text: string): string =>
  formatIcalTime({ localMs: Date.parse(text), isUtc: true, isDate: false })
