/** Words of migrations that a command line has to know. */
export { batchWords, memberWords } from '#src/domain/migration/report/run-words.ts'
