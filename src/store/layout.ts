import { join } from 'node:path'

/** Where the parts of a data folder lie. */
export const databaseFile = (folder: string): string => join(folder, 'landbridge.sqlite')
export const segmentFolder = (folder: string): string => join(folder, 'bodies')
