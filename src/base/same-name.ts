/** Whether two names, addresses or hosts are one, however they are capitalised. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
