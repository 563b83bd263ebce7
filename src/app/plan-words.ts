/** Words of planning that a command line has to know. */
export { formatDay, parseDay, weekdays } from '#src/domain/migration/day.ts'
export { isRight, rights } from '#src/domain/migration/right.ts'
export { defaultLoyalty } from '#src/domain/migration/rules.ts'
